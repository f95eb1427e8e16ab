/**
 * The closed family of errors, told apart by what the caller does next. Each builds its message from its fields:
 * what happened, to which object, what to do now.
 */
export abstract class SandtideError extends Error {
  abstract readonly kind:
    | 'InvalidSpec'
    | 'QuotaExceeded'
    | 'PermissionDenied'
    | 'Conflict'
    | 'Throttled'
    | 'Unavailable'
    | 'TimedOut'
    | 'Unworkable'
    | 'Reset';
}

/** One problem of a spec: where, what was found, what is allowed. */
export interface SpecProblem {
  /** `load.qps`; empty for the document itself. */
  path: string;
  message: string;
  /** Line and column from 1, where the spec was read from a file. */
  line?: number;
  column?: number;
}

/** What a user wrote and can't be worked with: a spec, a file of faults, a change of a spec. */
type UserDocument = 'spec' | 'faults file' | 'change';

/** The user's document can't be run. Never retried; nothing was created. */
export class InvalidSpecError extends SandtideError {
  readonly kind = 'InvalidSpec';
  readonly problems: SpecProblem[];
  constructor(problems: SpecProblem[], source = 'spec', document: UserDocument = 'spec') {
    const lines = problems.map((problem) => {
      const place = problem.line === undefined ? '' : `:${problem.line}:${problem.column ?? 1}`;
      return `  ${source}${place} ${problem.path === '' ? '(document)' : problem.path}: ${problem.message}`;
    });
    const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}`;
    const effect = document === 'change' ? 'nothing was changed' : 'nothing was created';
    const subject = source === 'command line' ? source : document;
    super(`the ${subject} has ${count}; ${effect}\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

interface Happened {
  what: string;
  object: string;
  next: string;
  cause?: unknown;
}

/** Something happened to an object; the message says so, and what to do about it. */
export abstract class HappenedError extends SandtideError {
  /** What happened, and to which object. */
  readonly happened: string;
  /** What to do about it. */
  readonly next: string;
  constructor({ what, object, next, cause }: Happened) {
    const happened = `${object}: ${what}`;
    super(`${happened}; ${next}`, { cause });
    this.happened = happened;
    this.next = next;
  }
}

/** The account has no room. Retrying alone does not help. */
export class QuotaExceededError extends HappenedError {
  readonly kind = 'QuotaExceeded';
}

/** We may not do this. Retrying alone does not help. */
export class PermissionDeniedError extends HappenedError {
  readonly kind = 'PermissionDenied';
}

/** The name is taken by somebody else's object, which is never touched. Not retried. */
export class ConflictError extends HappenedError {
  readonly kind = 'Conflict';
}

/** The server asks for patience: retry after `retryAfterMs`. */
export class ThrottledError extends HappenedError {
  readonly kind = 'Throttled';
  readonly retryAfterMs: number;
  constructor(happened: Happened & { retryAfterMs: number }) {
    super(happened);
    this.retryAfterMs = happened.retryAfterMs;
  }
}

/** Out of reach or broken for the moment: retry. */
export class UnavailableError extends HappenedError {
  readonly kind = 'Unavailable';
}

/** Nobody answers at Temporal's address: nothing was started. Told apart because the command line has a code for it. */
export class TemporalUnreachableError extends UnavailableError {}

/** Something was waited for and did not come within its bound. */
export class TimedOutError extends HappenedError {
  readonly kind = 'TimedOut';
}

/** The request can never work as it stands (HTTP 400 or 422, a missing program, no data). Not retried. */
export class UnworkableError extends HappenedError {
  readonly kind = 'Unworkable';
}

/** The run was reset since its execution looked at the world last: what came before this has to be looked at first. */
export class ResetError extends HappenedError {
  readonly kind = 'Reset';
  constructor(runName: string) {
    super({
      object: `run ${runName}`,
      what: 'it was reset, and what it had made may be gone',
      next: 'what came before is looked at first',
    });
  }
}
