import { open } from 'node:fs/promises';

/** The end of a text file in whole lines, `mostBytes` of it at most, with a first line that says what is left out. */
export async function logTail(path: string, mostBytes: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - mostBytes);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - start), position: start });
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    if (start === 0) return text;
    // The first line has lost its beginning: half a character, or a word by which a secret would be known as one.
    const end = text.indexOf('\n');
    const whole = end === -1 ? '' : text.slice(end + 1);
    return `(the last ${Buffer.byteLength(whole)} of ${size} bytes)\n${whole}`;
  } finally {
    await file.close();
  }
}
