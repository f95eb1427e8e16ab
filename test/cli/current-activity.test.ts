import assert from 'node:assert/strict';
import { it } from 'node:test';
import { currentActivity } from '../../src/cli/current-activity.ts';
import { CLAIMS } from './sample-status.ts';

const beat = (details: unknown) => ({ payloads: [{ data: Buffer.from(JSON.stringify(details)) }] });

it('the heartbeat of what runs now is shown, whichever activity it is', () => {
  const pending = [
    {},
    { attempt: 1, heartbeatDetails: beat({ message: 'running', resume: null, live: CLAIMS }) },
  ];
  assert.deepEqual(currentActivity(pending), {
    activity: { message: 'running', attempt: 1, lastFailure: null },
    claims: CLAIMS,
  });
});

it('an attempt that failed before its first heartbeat is told too', () => {
  assert.deepEqual(currentActivity([{ attempt: 2, lastFailure: { message: 'no disk' } }]), {
    activity: { message: '', attempt: 2, lastFailure: 'no disk' },
    claims: null,
  });
});

it('nothing is shown where nothing runs, or says nothing that can be read', () => {
  const unreadable = { payloads: [{ data: Buffer.from('{') }] };
  for (const pending of [[], [{ attempt: 1, lastFailure: null }], [{ heartbeatDetails: unreadable }]])
    assert.deepEqual(currentActivity(pending), { activity: null, claims: null });
});
