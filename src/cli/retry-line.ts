import { plainText } from '../report/plain-text.ts';
import type { RunStatus } from '../report/run-status.ts';

/** Which attempt this is, and what ended the one before; null at the first. */
export function retryLine(activity: RunStatus['activity']): string | null {
  if (activity === null || activity.attempt < 2) return null;
  const why = activity.lastFailure === null ? '' : `, after: ${plainText(activity.lastFailure)}`;
  return `attempt ${activity.attempt}${why}`;
}
