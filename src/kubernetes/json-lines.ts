const NEWLINE = 0x0a;

/**
 * Cuts a stream of bytes into its lines. A chunk may end anywhere, inside a character too: bytes are only decoded
 * once their line is whole, and no byte of a longer UTF-8 character is a newline. Empty lines are left out; what
 * follows the last newline when the stream ends was cut off and is never given out.
 */
export function createLineCutter(): (chunk: Uint8Array) => string[] {
  let pending: Uint8Array[] = [];
  return (chunk) => {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end === -1) {
      pending.push(chunk);
      return [];
    }
    const whole = chunk.subarray(0, end);
    const text = textOf(pending.length === 0 ? whole : Buffer.concat([...pending, whole]));
    pending = end + 1 === chunk.length ? [] : [chunk.subarray(end + 1)];
    return text.split('\n').filter((line) => line.trim() !== '');
  };
}

/** The same memory seen as a Buffer: lines that are whole in one chunk are decoded at once, where they are. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
