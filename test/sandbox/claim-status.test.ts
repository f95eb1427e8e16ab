import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchOf, readClaim, stampMs } from '../../src/sandbox/claim-status.ts';
import type { ClaimReading } from '../../src/sandbox/claim-status.ts';

const NOTHING: ClaimReading = {
  ready: false,
  sandboxName: null,
  terminalReason: null,
  reason: null,
  observedAt: undefined,
  stampedAt: undefined,
};
const condition = (status: string, reason: string) => ({ conditions: [{ type: 'Ready', status, reason }] });

const CASES: { name: string; status: unknown; reads: Partial<ClaimReading> }[] = [
  { name: 'no status at all', status: undefined, reads: {} },
  { name: 'a status without conditions', status: { sandbox: {} }, reads: {} },
  { name: 'an empty sandbox name', status: { sandbox: { name: '' } }, reads: {} },
  {
    name: 'bound and ready',
    status: { ...condition('True', 'DependenciesReady'), sandbox: { name: 'st-x-abcde' } },
    reads: { ready: true, sandboxName: 'st-x-abcde', reason: 'DependenciesReady' },
  },
  {
    name: 'bound, its pod still coming up',
    status: { ...condition('False', 'DependenciesNotReady'), sandbox: { name: 's' } },
    reads: { sandboxName: 's', reason: 'DependenciesNotReady' },
  },
  {
    name: 'another condition that is True',
    status: { conditions: [{ type: 'Suspended', status: 'True', reason: 'PodTerminated' }] },
    reads: {},
  },
  {
    name: 'True counts, whatever its reason',
    status: condition('True', 'SandboxExpired'),
    reads: { ready: true, reason: 'SandboxExpired' },
  },
  { name: 'Unknown', status: condition('Unknown', 'Whatever'), reads: { reason: 'Whatever' } },
  // Retried by the controller, once a minute, so that they may come right.
  ...['WarmPoolNotFound', 'TemplateNotFound', 'AdoptionConflict', 'SandboxMissing', 'ReconcilerError'].map(
    (reason) => ({ name: reason, status: condition('False', reason), reads: { reason } }),
  ),
  ...[
    'InvalidMetadata',
    'EnvVarsInjectionRejected',
    'VolumeClaimTemplatesError',
    'ClaimExpired',
    'SandboxExpired',
  ].map((reason) => ({
    name: `${reason}, which is final`,
    status: condition('False', reason),
    reads: { reason, terminalReason: reason },
  })),
];

for (const { name, status, reads } of CASES) {
  test(`reads a claim: ${name}`, () => {
    const claim = { apiVersion: 'x/v1', kind: 'SandboxClaim', metadata: { name: 'c' }, status };
    assert.deepEqual(readClaim(claim), { ...NOTHING, ...reads });
  });
}

test("tells warm from cold by the sandbox's own label alone", () => {
  const labelled = (launch: string) => ({ labels: { 'agents.x-k8s.io/launch-type': launch } });
  assert.equal(launchOf(labelled('warm')), 'warm');
  assert.equal(launchOf(labelled('cold')), 'cold');
  assert.equal(launchOf(labelled('tepid')), 'unknown');
  assert.equal(launchOf({}), 'unknown');
  assert.equal(launchOf(null), 'unknown');
});

test("the controller's notes are read from the claim's annotations as they stand", () => {
  const annotations = {
    'agents.x-k8s.io/controller-first-observed-at': '2026-11-25T03:00:00.123456789Z',
    'agents.x-k8s.io/claim-first-ready-at': 'unknown',
  };
  const claim = { apiVersion: 'v1', kind: 'SandboxClaim', metadata: { name: 'c', annotations } };
  const { observedAt, stampedAt } = readClaim(claim);
  assert.equal(stampMs(observedAt), Date.parse('2026-11-25T03:00:00Z') + 123.456789);
  assert.equal(stampMs(stampedAt), undefined);
  assert.equal(stampMs('2026-11-25T03:00:00Z'), Date.parse('2026-11-25T03:00:00Z'));
  assert.equal(stampMs(undefined), undefined);
});
