import type { TestContext } from 'node:test';

/**
 * Holds back every timer of exactly that length that is set in the test, until `expire()` lets them all go off: a
 * time-out comes when the test says so, and not before what it should cut off has begun. All other timers run as ever.
 */
export function holdTimer(t: TestContext, ms: number): { expire(): void } {
  const held: (() => void)[] = [];
  const real = globalThis.setTimeout;
  const set = (act: (...given: unknown[]) => void, afterMs?: number, ...given: unknown[]): NodeJS.Timeout => {
    if (afterMs !== ms) return real(act, afterMs, ...given);
    held.push(act);
    return real(() => undefined, 0);
  };
  t.mock.method(globalThis, 'setTimeout', set as typeof setTimeout);
  return {
    expire() {
      for (const act of held.splice(0)) act();
    },
  };
}
