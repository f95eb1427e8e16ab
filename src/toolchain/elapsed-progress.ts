import { formatDuration } from '../domain/durations.ts';
import type { Work } from '../domain/work.ts';

/** Says where something stands at once and then every second, with the time it has taken: `…, 1m12s`. */
export async function reportingElapsed<T>(work: Work, line: () => string, act: () => Promise<T>): Promise<T> {
  const beganMs = performance.now();
  const say = () => {
    const seconds = Math.floor((performance.now() - beganMs) / 1_000);
    work.progress(`${line()}, ${formatDuration(seconds * 1_000)}`);
  };
  say();
  const timer = setInterval(say, 1_000);
  try {
    return await act();
  } finally {
    clearInterval(timer);
  }
}
