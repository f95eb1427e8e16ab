import type { HeartbeatDetails } from '../../activities/activity-work.ts';
import type { RunStatus } from '../report/run-status.ts';

/** As much of a pending activity, as Temporal describes it, as is shown. */
export interface PendingActivity {
  attempt?: number | null;
  lastFailure?: { message?: string | null } | null;
  heartbeatDetails?: { payloads?: { data?: Uint8Array | null }[] | null } | null;
}

/** What the activities under way say of themselves: the one with most to say speaks. */
export function currentActivity(pending: readonly PendingActivity[]): Pick<RunStatus, 'activity' | 'claims'> {
  const told = pending.map((activity) => ({ activity, details: detailsOf(activity) }));
  const one = told.find(({ details }) => details !== null) ?? told.find(({ activity }) => retried(activity));
  if (one === undefined) return { activity: null, claims: null };
  const { activity, details } = one;
  return {
    activity: {
      message: details?.message ?? '',
      attempt: activity.attempt ?? 1,
      lastFailure: activity.lastFailure?.message ?? null,
    },
    claims: (details?.live ?? null) as RunStatus['claims'],
  };
}

function retried({ attempt }: PendingActivity): boolean {
  return (attempt ?? 1) > 1;
}

function detailsOf({ heartbeatDetails }: PendingActivity): HeartbeatDetails | null {
  const data = heartbeatDetails?.payloads?.[0]?.data ?? null;
  if (data === null) return null;
  try {
    return JSON.parse(Buffer.from(data).toString('utf8')) as HeartbeatDetails;
  } catch {
    return null;
  }
}
