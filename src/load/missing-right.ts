import { PermissionDeniedError } from '../domain/errors.ts';

/** Admission may refuse one object with the same answer; nobody refuses the first few for a reason of their own. */
const ENOUGH = 3;

/**
 * Tells a right that the credentials lack from a claim that was refused: where a call was refused as often as this
 * before it was ever allowed, no further one can succeed.
 */
export class MissingRight {
  readonly #enough: number;
  #granted = false;
  #refusals = 0;

  /** `most`: how many such calls there will be at all. */
  constructor(most: number) {
    this.#enough = Math.min(ENOUGH, most);
  }

  /** The call was allowed once: whatever is refused from now on was refused for itself. */
  granted(): void {
    this.#granted = true;
  }

  /** True where this failure of the call says that the right is missing. */
  isToldBy(error: unknown): boolean {
    if (this.#granted || !(error instanceof PermissionDeniedError)) return false;
    this.#refusals += 1;
    return this.#refusals >= this.#enough;
  }
}
