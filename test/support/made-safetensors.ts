// Safetensors files put together by hand, as the format's README says; the elements are bytes of 0.

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

/** A file of a header, whatever it says, and what follows it. */
export function withHeader(text: string, rest: Uint8Array = new Uint8Array()): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
  return Buffer.concat([length, Buffer.from(text), rest]);
}
