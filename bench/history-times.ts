import type { temporal } from '@temporalio/proto';

type History = temporal.api.history.v1.IHistory;
type Moment = { seconds?: unknown; nanos?: number | null } | null | undefined;

/** When one activity really ran, by the server's record; epoch milliseconds. */
export interface ActivityTime {
  name: string;
  startedMs: number;
  endedMs: number;
}

/** What a history says of a workflow's time: its own, and that of each activity that was completed, in order of their start. */
export function historyTimes({ events }: History): {
  startedMs: number;
  endedMs: number;
  activities: ActivityTime[];
} {
  const names = new Map<string, string>();
  const started = new Map<string, number>();
  const activities: ActivityTime[] = [];
  for (const event of events ?? []) {
    const { activityTaskScheduledEventAttributes: scheduled, activityTaskStartedEventAttributes: begun } =
      event;
    const { activityTaskCompletedEventAttributes: completed } = event;
    if (scheduled) names.set(String(event.eventId), scheduled.activityType?.name ?? '');
    if (begun) started.set(String(begun.scheduledEventId), epochMsOf(event.eventTime));
    if (!completed) continue;
    const id = String(completed.scheduledEventId);
    const name = names.get(id) ?? '';
    activities.push({ name, startedMs: started.get(id) ?? NaN, endedMs: epochMsOf(event.eventTime) });
  }
  activities.sort((one, other) => one.startedMs - other.startedMs);
  const startedMs = epochMsOf(events?.[0]?.eventTime);
  return { startedMs, endedMs: epochMsOf(events?.at(-1)?.eventTime), activities };
}

/** Server times come as seconds (perhaps as a Long) and nanoseconds. */
export function epochMsOf(moment: Moment): number {
  return Number(String(moment?.seconds)) * 1000 + (moment?.nanos ?? 0) / 1e6;
}
