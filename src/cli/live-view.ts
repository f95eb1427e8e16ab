import type { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import { createLogUpdate } from 'log-update';
import { painter } from '../report/paint.ts';
import { plainText } from '../report/plain-text.ts';
import type { RunStatus } from '../report/run-status.ts';
import { wantsColour } from './colour.ts';
import { statusLines } from './status-lines.ts';

/** Times tick between two looks at the run. */
const TICK_MS = 1_000;
const UP_AND_ERASE = '\u001B[1A\u001B[2K';

/** The run's steps in place on a terminal. Only one thing may write to the terminal at a time: pause it meanwhile. */
export function createLiveView(stream: WriteStream, nowMs: () => number = Date.now) {
  // The cursor stays: nobody is left to bring it back when this process is killed.
  const log = createLogUpdate(stream, { showCursor: true });
  const paint = painter(wantsColour(stream));
  let status: RunStatus | null = null;
  let frame: string[] = [];
  let paused = false;
  let closed = false;

  const render = () => {
    if (status === null || paused || closed) return;
    frame = statusLines(status, nowMs(), { width: (stream.columns ?? 80) - 1, paint });
    log(frame.join('\n'));
  };
  const erase = () => {
    if (frame.length > 0) log.clear();
    frame = [];
  };
  const onResize = () => {
    // The terminal has broken lines that are too wide now: those rows are beyond what log-update knows of.
    stream.write(UP_AND_ERASE.repeat(brokenRows(frame, stream.columns ?? 80)));
    erase();
    render();
  };
  const timer = setInterval(render, TICK_MS);
  timer.unref();
  stream.on('resize', onResize);

  return {
    /** Shows how the run stands now. */
    update(newest: RunStatus): void {
      status = newest;
      render();
    },
    /** A line that stays, above the steps. */
    note(message: string): void {
      const line = plainText(message);
      if (frame.length === 0) stream.write(`${line}\n`);
      else log.persist(line);
      frame = [];
      render();
    },
    /** Takes itself off the terminal until `resume`. */
    pause(): void {
      erase();
      paused = true;
    },
    resume(): void {
      paused = false;
      render();
    },
    /** Leaves the last state where it stands, if it is shown. */
    close(): void {
      render();
      clearInterval(timer);
      stream.off('resize', onResize);
      closed = true;
      frame = [];
      log.done();
    },
  };
}

/** Rows that the terminal adds when it breaks lines written for a wider one. */
function brokenRows(lines: readonly string[], width: number): number {
  return lines.reduce((rows, line) => {
    const { length } = stripVTControlCharacters(line);
    return rows + Math.max(0, Math.ceil(length / Math.max(1, width)) - 1);
  }, 0);
}
