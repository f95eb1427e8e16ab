import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { Ending } from '../src/domain/outcomes.ts';
import type { StepRecord } from '../src/domain/progress.ts';

/** Type and message of whatever was thrown, looked for beneath Temporal's own wrapping. */
export function describeError(error: unknown): { type: string; message: string } {
  let cause: unknown = error;
  while (cause instanceof ActivityFailure && cause.cause !== undefined) cause = cause.cause;
  if (cause instanceof CancelledFailure) return { type: 'Cancelled', message: 'cancelled' };
  if (cause instanceof TimeoutFailure) {
    const last = cause.cause instanceof ApplicationFailure ? `; last error: ${cause.cause.message}` : '';
    return { type: 'TimedOut', message: `${cause.message} (${cause.timeoutType})${last}` };
  }
  if (cause instanceof ApplicationFailure) return { type: cause.type ?? 'Error', message: cause.message };
  if (cause instanceof Error) return { type: cause.name, message: cause.message };
  return { type: 'Error', message: String(cause) };
}

/** How the forward part ended, from what it threw: cancellation, or a failure at the step that was under way. */
export function endingFrom(error: unknown, records: readonly StepRecord[]): Ending {
  if (isCancellation(error)) return { kind: 'cancelled' };
  const at =
    records.find((record) => record.state === 'failed') ??
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
