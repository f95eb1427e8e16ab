import type { WriteStream } from 'node:tty';

/** Colours only where a person looks, and only if that person has not asked for none. */
export function wantsColour(stream: WriteStream): boolean {
  return stream.isTTY && !process.env['NO_COLOR'] && stream.hasColors();
}
