import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AttemptCount } from '../../activities/count-attempts.ts';

type Event = Parameters<AttemptCount['add']>[0];
type End = 'Completed' | 'Failed' | 'TimedOut' | 'Canceled';

/** Activities as a history has them, each scheduled, then begun for the last time, then over. */
function historyOf(...activities: { type: string; input?: unknown; attempt: number; end: End }[]): Event[] {
  return activities.flatMap(({ type, input, attempt, end }, index) => {
    const scheduledEventId = index * 3 + 5;
    const payloads = [{ data: Buffer.from(JSON.stringify(input ?? {})) }];
    return [
      {
        eventId: scheduledEventId,
        activityTaskScheduledEventAttributes: { activityType: { name: type }, input: { payloads } },
      },
      ...(attempt === 0 ? [] : [{ activityTaskStartedEventAttributes: { scheduledEventId, attempt } }]),
      { [`activityTask${end}EventAttributes`]: { scheduledEventId } },
    ] as unknown as Event[];
  });
}

function counted(...activities: Parameters<typeof historyOf>) {
  const count = new AttemptCount();
  for (const event of historyOf(...activities)) count.add(event);
  return count.result();
}

describe('how often a step was tried', () => {
  it('is the number of the last attempt, of steps and undos', () => {
    assert.deepEqual(
      counted(
        { type: 'prepareRun', attempt: 4, end: 'Completed' },
        { type: 'createCluster', attempt: 1, end: 'Completed' },
        { type: 'installAgentSandbox', attempt: 8, end: 'Failed' },
        { type: 'undoStep', input: { plan: {}, stepId: 'agent-sandbox' }, attempt: 1, end: 'Completed' },
        { type: 'undoStep', input: { plan: {}, stepId: 'cluster' }, attempt: 5, end: 'TimedOut' },
      ),
      { steps: { cluster: 1, 'agent-sandbox': 8 }, undos: { 'agent-sandbox': 1, cluster: 5 } },
    );
  });

  it('is the sum where the stage was tried again', () => {
    const { steps } = counted(
      { type: 'fillWarmPool', attempt: 3, end: 'Failed' },
      { type: 'fillWarmPool', attempt: 2, end: 'Canceled' },
      { type: 'fillWarmPool', attempt: 1, end: 'Completed' },
    );
    assert.deepEqual(steps, { 'warm-pool': 6 });
  });

  it("is the last window's where the load had several", () => {
    const { steps } = counted(
      { type: 'runClaims', attempt: 1, end: 'Completed' },
      { type: 'runClaims', attempt: 3, end: 'Completed' },
      { type: 'runClaims', attempt: 2, end: 'Completed' },
    );
    assert.deepEqual(steps, { claims: 2 });
  });

  it('is not given for what no worker ever took up', () => {
    assert.deepEqual(counted({ type: 'createCluster', attempt: 0, end: 'TimedOut' }).steps, {});
  });

  it('is not known of undos whose input cannot be read', () => {
    const { undos } = counted({ type: 'undoStep', input: 'ciphertext', attempt: 2, end: 'Completed' });
    assert.deepEqual(undos, {});
  });
});
