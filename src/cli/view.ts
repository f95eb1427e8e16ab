import type { WriteStream } from 'node:tty';
import { createLiveView } from './live-view.ts';
import { createPlainView } from './plain-view.ts';

/** In place on a terminal, plain lines elsewhere. */
export function createView(stream: WriteStream) {
  return stream.isTTY && process.env['TERM'] !== 'dumb' ? createLiveView(stream) : createPlainView(stream);
}

export type View = ReturnType<typeof createView>;
