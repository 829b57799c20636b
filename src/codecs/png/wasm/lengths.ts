// Computes optimal prefix codes of limited length (Huffman, 1952): code lengths and codes (RFC 1951, section 3.2.2).

const MAX_LENGTH: u32 = 15;
/** Bits of a symbol's number, below its count in the sort key. */
const NUMBER_BITS: u32 = 9;

/** Symbols sorted by count, rarest first; weights and parents of the tree's nodes, leaves first. */
const sorted = memory.data(320 * 4, 16);
const weights = memory.data(640 * 4, 16);
const parents = memory.data(640 * 4, 16);
/** Number of codes of each length; depth of each node. */
const counts = memory.data(64 * 4, 16);
const depths = memory.data(640, 16);

/**
 * Computes a code length for each symbol, 0 if its count is 0. At least two symbols get a code.
 * @param histogram counts of the symbols, each below 2²².
 * @param symbols at most 320.
 */
export function findLengths(histogram: usize, lengths: usize, symbols: u32, longest: u32): void {
  const used = sortByCount(histogram, symbols);
  memory.fill(lengths, 0, symbols);
  if (used < 2) {
    // Decoders expect complete codes: an unused symbol joins the only used one.
    const only = used == 0 ? 0 : load<u32>(sorted) & ((1 << NUMBER_BITS) - 1);
    store<u8>(lengths + only, 1);
    store<u8>(lengths + (only == 0 ? 1 : 0), 1);
    return;
  }
  buildTree(used);
  memory.fill(counts, 0, 64 * 4);
  const root = 2 * used - 2;
  store<u8>(depths + root, 0);
  for (let node = <i32>root - 1; node >= 0; node--) {
    const depth = load<u8>(depths + load<u32>(parents + ((<usize>node) << 2))) + 1;
    store<u8>(depths + node, depth);
    if (<u32>node >= used) continue;
    const at = counts + ((<usize>min<u32>(depth, longest)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  shorten(longest);
  // The rarest symbols get the longest codes.
  let place: usize = sorted;
  for (let length = longest; length > 0; length--) {
    for (let left = load<u32>(counts + (length << 2)); left > 0; left--, place += 4) {
      store<u8>(lengths + (load<u32>(place) & ((1 << NUMBER_BITS) - 1)), length);
    }
  }
}

/** Sorts the symbols that occur. @returns their number. */
function sortByCount(histogram: usize, symbols: u32): u32 {
  let used: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const count = load<u32>(histogram + (symbol << 2));
    if (count > 0) store<u32>(sorted + (used++ << 2), (count << NUMBER_BITS) | symbol);
  }
  // Shellsort. No two keys are equal, so the order is unique.
  for (let gap: u32 = 57; gap > 0; gap = gap == 57 ? 23 : gap == 23 ? 10 : gap == 10 ? 4 : gap == 4 ? 1 : 0) {
    for (let i = gap; i < used; i++) {
      const key = load<u32>(sorted + (i << 2));
      let j = i;
      for (; j >= gap; j -= gap) {
        const other = load<u32>(sorted + ((j - gap) << 2));
        if (other <= key) break;
        store<u32>(sorted + (j << 2), other);
      }
      store<u32>(sorted + (j << 2), key);
    }
  }
  return used;
}

/**
 * Repeatedly joins the two lightest nodes. Leaves and inner nodes are each in order of weight, so no heap is needed.
 */
function buildTree(used: u32): void {
  for (let i: u32 = 0; i < used; i++) {
    store<u32>(weights + (i << 2), load<u32>(sorted + (i << 2)) >> NUMBER_BITS);
  }
  let leaf: u32 = 0;
  let joined = used;
  for (let node = used; node < 2 * used - 1; node++) {
    let sum: u32 = 0;
    for (let i = 0; i < 2; i++) {
      const takesLeaf =
        joined >= node ||
        (leaf < used && load<u32>(weights + (leaf << 2)) <= load<u32>(weights + (joined << 2)));
      const child = takesLeaf ? leaf++ : joined++;
      sum += load<u32>(weights + (child << 2));
      store<u32>(parents + (child << 2), node);
    }
    store<u32>(weights + (node << 2), sum);
  }
}

/** If codes were cut to the longest length, lengthens others until the code is valid. */
function shorten(longest: u32): void {
  let codeSpace: u32 = 0;
  for (let length: u32 = 1; length <= longest; length++) {
    codeSpace += load<u32>(counts + (length << 2)) << (longest - length);
  }
  for (; codeSpace > (<u32>1) << longest; codeSpace--) {
    // One of the longest codes becomes the sibling of a shorter code, which grows by one bit.
    let length = longest - 1;
    while (load<u32>(counts + (length << 2)) == 0) length--;
    addTo(longest, -1);
    addTo(length, -1);
    addTo(length + 1, 2);
  }
}

function addTo(length: u32, change: i32): void {
  store<u32>(counts + (length << 2), load<u32>(counts + (length << 2)) + change);
}

/** Writes the code of each symbol, first bit lowest, with its length in the upper 8 bits. */
export function writeCodes(lengths: usize, codes: usize, symbols: u32): void {
  memory.fill(counts, 0, 64 * 4);
  for (let i: u32 = 0; i < symbols; i++) addTo(load<u8>(lengths + i), 1);
  store<u32>(counts, 0);
  let next: u32 = 0;
  for (let length: u32 = 1; length <= MAX_LENGTH; length++) {
    const change = load<u32>(counts + (length << 2));
    store<u32>(counts + (length << 2), next);
    next = (next + change) << 1;
  }
  for (let i: u32 = 0; i < symbols; i++) {
    const length: u32 = load<u8>(lengths + i);
    const number = load<u32>(counts + (length << 2));
    addTo(length, 1);
    let code: u32 = 0;
    for (let bit: u32 = 0; bit < length; bit++) code |= ((number >> bit) & 1) << (length - 1 - bit);
    store<u32>(codes + (i << 2), length == 0 ? 0 : (length << 24) | code);
  }
}
