// How long the codes of symbols are to be, so that all of them together take the fewest bits (Huffman, 1952), and the
// codes themselves (RFC 1951, section 3.2.2).

const LONGEST: u32 = 15;
/** Counts are shifted up to make room for a symbol's number. */
const NUMBER_BITS: u32 = 9;

/** Symbols by their counts, rarest first; weights and parents of the tree's nodes, the leaves before the others. */
const sorted = memory.data(320 * 4, 16);
const weights = memory.data(640 * 4, 16);
const parents = memory.data(640 * 4, 16);
/** How many codes have each length; how deep each node lies. */
const counts = memory.data(64 * 4, 16);
const depths = memory.data(640, 16);

/**
 * Writes a length for each symbol, 0 where its count is 0. At least two symbols have one.
 * @param histogram counts of `symbols` symbols, each below 2²², at most 320 of them.
 */
export function findLengths(histogram: usize, lengths: usize, symbols: u32, longest: u32): void {
  const used = sortByCount(histogram, symbols);
  memory.fill(lengths, 0, symbols);
  if (used < 2) {
    // Decoders want whole codes: a symbol that is never used joins the only one.
    const only = used == 0 ? 0 : load<u32>(sorted) & ((1 << NUMBER_BITS) - 1);
    store<u8>(lengths + only, 1);
    store<u8>(lengths + (only == 0 ? 1 : 0), 1);
    return;
  }
  growTree(used);
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
  // The rarest get the longest.
  let place: usize = sorted;
  for (let length = longest; length > 0; length--) {
    for (let left = load<u32>(counts + (length << 2)); left > 0; left--, place += 4) {
      store<u8>(lengths + (load<u32>(place) & ((1 << NUMBER_BITS) - 1)), length);
    }
  }
}

/** Sorts the symbols that occur; how many they are. */
function sortByCount(histogram: usize, symbols: u32): u32 {
  let used: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const count = load<u32>(histogram + (symbol << 2));
    if (count > 0) store<u32>(sorted + (used++ << 2), (count << NUMBER_BITS) | symbol);
  }
  // Shell's sort: no two keys are alike, so that there is but one order.
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

/** Joins the two lightest nodes until one is left: leaves and joined ones each come in the order of their weights. */
function growTree(used: u32): void {
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
      const taken = takesLeaf ? leaf++ : joined++;
      sum += load<u32>(weights + (taken << 2));
      store<u32>(parents + (taken << 2), node);
    }
    store<u32>(weights + (node << 2), sum);
  }
}

/** Where codes were cut to the longest length, others grow until all fit. */
function shorten(longest: u32): void {
  let taken: u32 = 0;
  for (let length: u32 = 1; length <= longest; length++) {
    taken += load<u32>(counts + (length << 2)) << (longest - length);
  }
  for (; taken > (<u32>1) << longest; taken--) {
    // One of the longest moves up beside one of a shorter length, which grows by a bit.
    let length = longest - 1;
    while (load<u32>(counts + (length << 2)) == 0) length--;
    addTo(longest, -1);
    addTo(length, -1);
    addTo(length + 1, 2);
  }
}

function addTo(length: u32, some: i32): void {
  store<u32>(counts + (length << 2), load<u32>(counts + (length << 2)) + some);
}

/** Writes each symbol's code, its first bit lowest, with its length above the 24th bit. */
export function writeCodes(lengths: usize, codes: usize, symbols: u32): void {
  memory.fill(counts, 0, 64 * 4);
  for (let i: u32 = 0; i < symbols; i++) addTo(load<u8>(lengths + i), 1);
  store<u32>(counts, 0);
  let next: u32 = 0;
  for (let length: u32 = 1; length <= LONGEST; length++) {
    const some = load<u32>(counts + (length << 2));
    store<u32>(counts + (length << 2), next);
    next = (next + some) << 1;
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
