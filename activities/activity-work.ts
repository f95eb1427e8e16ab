import { Context } from '@temporalio/activity';
import type { Work } from '../src/domain/work.ts';
import { toFailure } from './failures.ts';
import { scrub } from './scrub.ts';

/** What a heartbeat carries: a line for people, and what the next attempt needs. Small, no secret. */
export interface HeartbeatDetails<Resume = unknown> {
  message: string;
  resume: Resume | null;
  /** Live figures of the load, for whoever watches. */
  live: unknown;
}

/** Work inside an activity: heartbeats at a third of the time-out whether or not anything is reported. */
export interface ActivityWork<Resume> extends Work {
  /** What the attempt before left in its last heartbeat; null at the first attempt. */
  readonly resume: Resume | null;
  readonly attempt: number;
  position(resume: Resume, live?: unknown): void;
}

/**
 * Runs `body` as an activity: heartbeat, cancellation, errors mapped once. The signal aborts alike when the run was
 * cancelled, when its execution is gone (ended or reset) and when the worker shuts down: the body stops and cleans up
 * nothing, and Temporal knows whether there is a next attempt.
 */
export async function asActivity<T, Resume = never>(
  body: (work: ActivityWork<Resume>) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  const { heartbeatTimeoutMs, heartbeatDetails, attempt } = context.info;
  const before = heartbeatDetails as HeartbeatDetails<Resume> | undefined;
  const details: HeartbeatDetails<Resume> = {
    message: 'started',
    resume: before?.resume ?? null,
    live: null,
  };
  const beat = () => context.heartbeat(details);
  const work: ActivityWork<Resume> = {
    signal: context.cancellationSignal,
    attempt,
    resume: before?.resume ?? null,
    progress(message) {
      details.message = scrub(message);
      beat();
    },
    position(resume, live) {
      details.resume = resume;
      details.live = live ?? null;
      beat();
    },
  };
  const timer = setInterval(beat, Math.max(MOST_OFTEN_MS, (heartbeatTimeoutMs ?? 30_000) / 3));
  try {
    beat();
    return await body(work);
  } catch (error) {
    throw toFailure(context.cancellationSignal.aborted ? context.cancellationSignal.reason : error);
  } finally {
    clearInterval(timer);
  }
}

/** The shortest time between two beats of the clock; the SDK itself sends fewer. */
const MOST_OFTEN_MS = 200;
