import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellingReason } from '../../../src/sandbox/kubernetes/telling-reason.ts';
import type { Evidence } from '../../../src/sandbox/kubernetes/telling-reason.ts';
import type { KubeObject } from '../../../src/kubernetes/kube-client.ts';

const object = (kind: string, fields: Record<string, unknown>): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x' },
  ...fields,
});
const waiting = (reason: string, message?: string) =>
  object('Pod', { status: { containerStatuses: [{ state: { waiting: { reason, message } } }] } });
const unscheduled = object('Pod', {
  status: {
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: '0/5 nodes\n are available',
      },
    ],
  },
});
const unready = object('Sandbox', {
  status: { conditions: [{ type: 'Ready', status: 'False', reason: 'DependenciesNotReady' }] },
});
const ready = object('Sandbox', {
  status: { conditions: [{ type: 'Ready', status: 'True', reason: 'DependenciesReady' }] },
});
const warning = (reason: string, message: string) => object('Event', { type: 'Warning', reason, message });
const normal = object('Event', { type: 'Normal', reason: 'Scheduled', message: 'fine' });

const CASES: { name: string; evidence: Partial<Evidence>; says: RegExp }[] = [
  {
    name: 'a container that can not start before all else',
    evidence: {
      pods: [unscheduled, waiting('ImagePullBackOff', 'no such image')],
      sandboxes: [unready],
      events: [warning('FailedScheduling', 'x')],
    },
    says: /^container ImagePullBackOff: no such image \(seen 1 times\)$/,
  },
  {
    name: 'the most frequent of a kind',
    evidence: { pods: [waiting('CrashLoopBackOff'), waiting('ErrImagePull'), waiting('ErrImagePull')] },
    says: /^container ErrImagePull \(seen 2 times\)$/,
  },
  {
    name: 'a container that is merely being created says nothing',
    evidence: { pods: [waiting('ContainerCreating')], sandboxes: [unready] },
    says: /^DependenciesNotReady/,
  },
  {
    name: 'scheduling, in one line',
    evidence: { pods: [unscheduled], events: [warning('Odd', 'x')] },
    says: /^Unschedulable: 0\/5 nodes are available \(seen 1 times\)$/,
  },
  {
    name: 'a warning before what follows from it',
    evidence: { sandboxes: [unready], events: [normal, warning('FailedCreate', 'exceeded quota')] },
    says: /^FailedCreate: exceeded quota/,
  },
  { name: 'nothing there at all', evidence: { events: [normal] }, says: /is the controller running\?$/ },
  {
    name: 'nothing wrong with what is there',
    evidence: { sandboxes: [ready] },
    says: /^no pod, .* 1 sandboxes\)$/,
  },
];

for (const { name, evidence, says } of CASES) {
  test(`tells ${name}`, () => {
    assert.match(tellingReason({ pods: [], sandboxes: [], events: [], ...evidence }), says);
  });
}
