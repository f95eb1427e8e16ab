import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '../../../src/kubernetes/kube-client.ts';
import { unreadiness } from '../../../src/sandbox/kubernetes/unreadiness.ts';

const object = (kind: string, fields: Record<string, unknown>, metadata: Record<string, unknown> = {}) =>
  ({ apiVersion: 'v1', kind, metadata: { name: 'x', generation: 1, ...metadata }, ...fields }) as KubeObject;
const ready = { type: 'Ready', status: 'True' };
const rolledOut = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };

describe('nothing is complained about', () => {
  const fine: Record<string, KubeObject> = {
    'a ready pod': object('Pod', { status: { phase: 'Running', conditions: [ready] } }),
    'a pod that has done its work': object('Pod', { status: { phase: 'Succeeded', conditions: [] } }),
    'a ready sandbox that says that it is not suspended': object('Sandbox', {
      status: { conditions: [ready, { type: 'Suspended', status: 'False' }] },
    }),
    'a full pool': object('SandboxWarmPool', {
      spec: { replicas: 2 },
      status: { readyReplicas: 2, observedGeneration: 1 },
    }),
    'an empty pool that wants to be': object('SandboxWarmPool', { spec: { replicas: 0 } }),
    'a Deployment that is rolled out': object('Deployment', { spec: { replicas: 1 }, status: rolledOut }),
    'a ready node': object('Node', {
      status: { conditions: [{ type: 'MemoryPressure', status: 'False' }, ready] },
    }),
  };
  for (const [what, thing] of Object.entries(fine)) {
    it(`by ${what}`, () => assert.deepEqual(unreadiness(thing), []));
  }
});

describe('what is wrong is told', () => {
  const unschedulable = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message: '0/2 nodes are available:\n 1 Insufficient cpu.',
  };
  const cases: Record<string, [KubeObject, string[]]> = {
    'of a pod that no node has room for': [
      object('Pod', { status: { phase: 'Pending', conditions: [unschedulable] } }),
      ['PodScheduled=False Unschedulable: 0/2 nodes are available: 1 Insufficient cpu.'],
    ],
    'of a container that cannot start': [
      object('Pod', {
        status: {
          phase: 'Pending',
          conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
          containerStatuses: [
            { name: 'sandbox', state: { waiting: { reason: 'ImagePullBackOff', message: 'no such tag' } } },
          ],
        },
      }),
      ['container sandbox waits ImagePullBackOff: no such tag', 'Ready=False ContainersNotReady'],
    ],
    'of a container that keeps ending': [
      object('Pod', {
        status: {
          phase: 'Running',
          containerStatuses: [
            {
              name: 'manager',
              restartCount: 4,
              state: { waiting: { reason: 'CrashLoopBackOff' } },
              lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
            },
          ],
        },
      }),
      [
        'container manager waits CrashLoopBackOff',
        'container manager ended before, 4 times with exit code 137 OOMKilled',
      ],
    ],
    'of a pool that is not full': [
      object('SandboxWarmPool', {
        spec: { replicas: 3 },
        status: { readyReplicas: 1, observedGeneration: 1 },
      }),
      ['1 of 3 sandboxes ready'],
    ],
    'of a Deployment without its replicas': [
      object('Deployment', {
        spec: { replicas: 2 },
        status: {
          ...rolledOut,
          conditions: [
            { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota' },
            { type: 'Progressing', status: 'True' },
          ],
        },
      }),
      ['1 of 2 replicas available', 'ReplicaFailure=True FailedCreate: quota'],
    ],
    'of a node that is out of reach': [
      object('Node', {
        status: { conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }] },
      }),
      ['Ready=Unknown NodeStatusUnknown'],
    ],
    'of a ready object that a finalizer keeps from going': [
      object(
        'Sandbox',
        { status: { conditions: [ready] } },
        { deletionTimestamp: '2026-11-24T16:15:30Z', finalizers: ['example.org/hold'] },
      ),
      ['being deleted, kept by the finalizers example.org/hold'],
    ],
    'of an object that nobody has looked at yet': [object('SandboxClaim', {}), ['has no status yet']],
    'of a pod that is merely not there yet': [
      object('Pod', { status: { phase: 'Pending' } }),
      ['is Pending'],
    ],
  };
  for (const [what, [thing, told]] of Object.entries(cases)) {
    it(what, () => assert.deepEqual(unreadiness(thing), told));
  }

  it('in lines of bounded length', () => {
    const long = { ...unschedulable, message: 'x'.repeat(100_000) };
    const [line = ''] = unreadiness(object('Pod', { status: { conditions: [long] } }));
    assert.ok(line.length < 600);
  });
});
