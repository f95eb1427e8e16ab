import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRolledOut } from '../../../src/sandbox/kubernetes/rollout.ts';

const DONE = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
const deployment = (status: object | undefined, metadata: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'c', generation: 2, ...metadata },
  spec: { replicas: 1 },
  status,
});

test('a Deployment is rolled out when its newest pods are available and alone', () => {
  assert.equal(isRolledOut(deployment(DONE)), true);
});

for (const [name, object] of [
  ['it is gone', undefined],
  ['it is on its way out', deployment(DONE, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
  ['nobody looked at it yet', deployment(undefined)],
  ['only its former version was looked at', deployment({ ...DONE, observedGeneration: 1 })],
  ['old pods are still there', deployment({ ...DONE, replicas: 2 })],
  ['the new pods are not made yet', deployment({ ...DONE, updatedReplicas: 0 })],
  ['the new pods are not available', deployment({ ...DONE, availableReplicas: undefined })],
] as const) {
  test(`a Deployment is not rolled out when ${name}`, () => {
    assert.equal(isRolledOut(object), false);
  });
}
