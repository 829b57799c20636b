// Safetensors files built by hand according to the format's README; all elements are 0.

/** A file of tensors by name: type, shape, bytes. */
export function safetensorsOf(
  tensors: Readonly<Record<string, readonly [dtype: string, shape: readonly number[], bytes: number]>>,
): Buffer {
  const header: Record<string, unknown> = {};
  let at = 0;
  for (const [name, [dtype, shape, bytes]] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes] };
    at += bytes;
  }
  return withHeader(JSON.stringify(header), Buffer.alloc(at));
}

/** A file of a header, valid or not, and the data after it. */
export function withHeader(text: string, rest: Uint8Array = new Uint8Array()): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
  return Buffer.concat([length, Buffer.from(text), rest]);
}
