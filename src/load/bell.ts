/** The longest that a wait goes on without a look at the clock: a stepped one is noticed in time. */
const LONGEST_WAIT_MS = 60_000;

/** Lets one waiter sleep, and anybody wake it up. */
export class Bell {
  #wake: (() => void) | null = null;

  /** Resolves after so many milliseconds, a minute at most, or as soon as the bell is rung. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(wake, Math.min(LONGEST_WAIT_MS, Math.ceil(ms)));
      this.#wake = wake;
    });
  }

  ring(): void {
    this.#wake?.();
  }
}
