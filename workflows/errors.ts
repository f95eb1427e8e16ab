import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  ContinueAsNew,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { Ending } from '../src/domain/outcomes.ts';
import type { StepRecord } from '../src/domain/progress.ts';

/** Type and message of whatever was thrown, looked for beneath Temporal's own wrapping. */
export function describeError(error: unknown): { type: string; message: string } {
  const cause = causeOf(error);
  if (cause instanceof CancelledFailure) return { type: 'Cancelled', message: 'cancelled' };
  if (cause instanceof TimeoutFailure) {
    const last = cause.cause instanceof ApplicationFailure ? `; last error: ${cause.cause.message}` : '';
    return { type: 'TimedOut', message: `${cause.message} (${cause.timeoutType})${last}` };
  }
  if (cause instanceof ApplicationFailure) return { type: cause.type ?? 'Error', message: cause.message };
  if (cause instanceof Error) return { type: cause.name, message: cause.message };
  return { type: 'Error', message: String(cause) };
}

/** Temporal has given an activity up: its last attempt may not know of it yet. */
export function isTimeOut(error: unknown): boolean {
  return causeOf(error) instanceof TimeoutFailure;
}

/**
 * How the forward part ended, from what it threw. Whatever fails once a cancellation was asked for counts as cancelled:
 * a worker that died then lets its activity time out instead.
 */
export function endingFrom(error: unknown, records: readonly StepRecord[]): Ending {
  if (CancellationScope.current().consideredCancelled) return { kind: 'cancelled' };
  const at =
    records.find((record) => record.state === 'failed' || record.state === 'held') ??
    records.find((record) => record.state === 'pending');
  const { type, message } = describeError(error);
  return {
    kind: 'failed',
    stage: at?.stage ?? 'create-cluster',
    step: at?.id ?? 'cluster',
    errorType: type,
    message,
  };
}

/**
 * What a workflow or a handler of ours may throw. Anything else would fail the workflow *task*, which Temporal retries
 * for ever. An activity's own failure comes up with its type and details, so that they stand where people look.
 */
export function asFailure(error: unknown): Error {
  if (error instanceof ContinueAsNew) return error;
  const cause = causeOf(error);
  if (cause instanceof CancelledFailure) return cause;
  const { type, message } = describeError(error);
  const details = cause instanceof ApplicationFailure ? (cause.details ?? []) : [];
  return ApplicationFailure.create({ type, message, details, nonRetryable: true });
}

/** An Update handler whose bugs refuse the one Update instead of wedging the workflow. */
export function refusing<Args extends unknown[], Result>(
  handler: (...args: Args) => Result | Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    try {
      return await handler(...args);
    } catch (error) {
      throw asFailure(error);
    }
  };
}

function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof ActivityFailure && cause.cause !== undefined) cause = cause.cause;
  return cause;
}
