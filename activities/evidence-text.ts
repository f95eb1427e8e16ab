import { scrub } from './scrub.ts';

/** Most bytes of one file: what a person reads, and ten of which don't fill a disk. */
export const MOST_FILE_BYTES = 1024 * 1024;

/** A text from outside as it may be written to a file: scrubbed, and cut at the end of a line where it is too long. */
export function evidenceText(
  text: string,
  keep: 'beginning' | 'end',
  mostBytes: number = MOST_FILE_BYTES,
): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= mostBytes) return scrub(text);
  const kept =
    keep === 'end' ? lastLines(bytes.subarray(-mostBytes)) : firstLines(bytes.subarray(0, mostBytes));
  const note = `(cut: ${kept.length} of ${bytes.length} bytes, the ${keep})`;
  const clean = scrub(kept.toString('utf8'));
  return keep === 'end' ? `${note}\n${clean}` : `${clean}${note}\n`;
}

/** Half a line may have lost the word by which a secret in it would be known as one: it goes. */
function lastLines(bytes: Buffer): Buffer {
  const end = bytes.indexOf('\n');
  return bytes.subarray(end === -1 ? bytes.length : end + 1);
}

function firstLines(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
}
