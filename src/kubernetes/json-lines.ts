const NEWLINE = 0x0a;

/**
 * Cuts a stream of bytes into its lines. A chunk may end anywhere, inside a character too: bytes are only decoded
 * once their line is whole, and no byte of a longer UTF-8 character is a newline. Empty lines are left out; what
 * follows the last newline when the stream ends was cut off and is never given out.
 */
export function createLineCutter(): (chunk: Uint8Array) => string[] {
  let pending: Uint8Array[] = [];
  return (chunk) => {
    const lines: string[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) break;
      const rest = chunk.subarray(start, end);
      const line = textOf(pending.length === 0 ? rest : Buffer.concat([...pending, rest]));
      pending = [];
      if (line.trim() !== '') lines.push(line);
      start = end + 1;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
    return lines;
  };
}

/** The same memory seen as a Buffer: most lines are whole in one chunk and are decoded where they are. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
