import type { WriteStream } from 'node:tty';
import type { RunStatus } from '../report/run-status.ts';
import { createLiveView } from './live-view.ts';
import { createPlainView } from './plain-view.ts';

/** What shows a run while it goes on. */
export interface View {
  /** Shows how the run stands now. */
  update(status: RunStatus): void;
  /** A line that stays. */
  note(message: string): void;
  /** Gets out of the way of other output until `resume`. */
  pause(): void;
  resume(): void;
  /** No more updates; what is shown stays. */
  close(): void;
}

/** In place on a terminal, plain lines elsewhere. */
export function createView(stream: WriteStream): View {
  return stream.isTTY && process.env['TERM'] !== 'dumb' ? createLiveView(stream) : createPlainView(stream);
}
