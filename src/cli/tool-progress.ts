import type { Work } from '../domain/work.ts';

/** What a terminal, or a pipe to a log, is to us. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A line that says how far something is. */
export interface ProgressLine {
  show(message: string): void;
  /** Leaves the stream ready for other output. */
  end(): void;
}

/** Does `act` and shows on the error output how far it is: a build of minutes says so every second. */
export async function inOneLine<T>(signal: AbortSignal, act: (work: Work) => Promise<T>): Promise<T> {
  const line = progressLine(process.stderr);
  try {
    return await act({ signal, progress: (message) => line.show(message) });
  } finally {
    line.end();
  }
}

/** In a log the same line comes again after this time at the earliest, so that one sees that it is alive. */
const REPEAT_MS = 10_000;

/** One line in place on a terminal; elsewhere plain lines, on a change or every ten seconds. */
export function progressLine(
  stream: OutputStream,
  nowMs: () => number = () => performance.now(),
): ProgressLine {
  return stream.isTTY === true ? lineInPlace(stream) : plainLines(stream, nowMs);
}

function lineInPlace(stream: OutputStream): ProgressLine {
  const clear = '\r\u001B[K';
  let shown = false;
  return {
    show(message) {
      shown = true;
      // A line that wraps could not be taken back.
      stream.write(clear + oneLine(message).slice(0, Math.max(1, (stream.columns ?? 80) - 1)));
    },
    end() {
      if (shown) stream.write(clear);
      shown = false;
    },
  };
}

function plainLines(stream: OutputStream, nowMs: () => number): ProgressLine {
  let lastSubject: string | null = null;
  let lastMs = 0;
  return {
    show(message) {
      const subject = subjectOf(message);
      const now = nowMs();
      if (subject === lastSubject && now - lastMs < REPEAT_MS) return;
      lastSubject = subject;
      lastMs = now;
      stream.write(`${oneLine(message)}\n`);
    },
    end() {
      lastSubject = null;
    },
  };
}

/** What a message is about, without the amounts that change every second: `…, 12 of 23 MB, 1m12s`. */
export function subjectOf(message: string): string {
  return message.replace(/(?:, \d+(?: of \d+)? MB)?, (?:\d+(?:d|h|m|s))+$/, '');
}

function oneLine(message: string): string {
  return message.replaceAll(/\s*\n\s*/g, ' ');
}
