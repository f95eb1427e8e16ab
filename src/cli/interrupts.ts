/** Ctrl-C and its kin, counted: the meaning of each depends on what is under way. */
export class Interrupts {
  #listener: (count: number) => void = () => undefined;
  #count = 0;
  readonly #onSignal = () => {
    this.#count += 1;
    this.#listener(this.#count);
  };

  constructor() {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, this.#onSignal);
  }

  /** From now on `listener` hears of each interrupt, counted from 1. */
  listen(listener: (count: number) => void): void {
    this.#count = 0;
    this.#listener = listener;
  }

  /** A signal that the first interrupt aborts, until it is released. `message` is what the user then reads. */
  abortOnFirst(message?: string): { signal: AbortSignal; release(): void } {
    const controller = new AbortController();
    this.listen(() => controller.abort(new Interrupted(message)));
    return { signal: controller.signal, release: () => this.listen(() => undefined) };
  }

  dispose(): void {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, this.#onSignal);
  }
}

/** The user asked to stop, where nothing else is said before anything was created. */
export class Interrupted extends Error {
  constructor(message = 'interrupted; nothing was created') {
    super(message);
  }
}
