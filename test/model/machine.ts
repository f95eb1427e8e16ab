/** Something that is waited for: an activity, a condition. */
export interface Waiting {
  done(): boolean;
  value(): unknown;
  /** A cancel request has come; `done` has to come true after that. */
  cancel(): void;
}

/** What a workflow asks for. Begun once, and not at all where the answer is known from an execution before. */
export interface Ask {
  begin: () => Waiting;
  /** Virtual time at which it is waited for no longer; null: never. */
  atMs: number | null;
  cancellable: boolean;
}

/** How a wait ended. Kept, so that a reset can play an execution again up to any of them. */
export interface Answer {
  /** Undefined where time was up. */
  value: unknown;
  atMs: number;
  /** A cancel request has come by then. */
  cancelRequested: boolean;
}

export type Story<Result> = Generator<Ask, Result, Answer>;

/** Workflow code under way. The same answers make the same story. */
export class Process<Result> {
  readonly answers: Answer[] = [];
  cancelRequested = false;
  result: { value: Result } | null = null;
  readonly #story: Story<Result>;
  #ask: Ask | null = null;
  #waiting: Waiting | null = null;
  #told = false;

  constructor(story: Story<Result>, answers: readonly Answer[] = []) {
    this.#story = story;
    this.#take(story.next());
    for (const answer of answers) this.#give(answer);
    this.cancelRequested = answers.at(-1)?.cancelRequested ?? false;
  }

  /** True where it went on. */
  step(nowMs: number): boolean {
    if (this.#ask === null) return false;
    this.#waiting ??= this.#ask.begin();
    if (this.cancelRequested && this.#ask.cancellable && !this.#told) {
      this.#told = true;
      this.#waiting.cancel();
    }
    const { done, value } = { done: this.#waiting.done(), value: () => this.#waiting?.value() };
    const late = this.#ask.atMs !== null && nowMs >= this.#ask.atMs;
    if (!done && !late) return false;
    this.#give({
      value: done ? value() : undefined,
      atMs: nowMs,
      cancelRequested: this.cancelRequested,
    });
    return true;
  }

  #give(answer: Answer): void {
    this.answers.push(answer);
    this.#waiting = null;
    this.#told = false;
    this.#take(this.#story.next(answer));
  }

  #take(next: IteratorResult<Ask, Result>): void {
    this.#ask = next.done === true ? null : next.value;
    if (next.done === true) this.result = { value: next.value };
  }
}

/** Waits until that is so, or it is time; what is seen then. */
export function when(
  is: () => boolean,
  {
    atMs = null,
    value,
    cancellable = false,
  }: { atMs?: number | null; value?: () => unknown; cancellable?: boolean },
): Ask {
  return {
    atMs,
    cancellable,
    begin: () => {
      let cancelled = false;
      return {
        done: () => cancelled || is(),
        value: () => value?.() ?? null,
        cancel: () => (cancelled = true),
      };
    },
  };
}
