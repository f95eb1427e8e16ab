import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ContextSeen } from '../../src/doctor/cluster.ts';
import { judgeContext, judgeFailure, judgeKind, judgeLocal } from '../../src/doctor/cluster.ts';
import { UnworkableError } from '../../src/domain/errors.ts';
import { ok } from '../../src/doctor/finding.ts';
import type { Finding } from '../../src/doctor/finding.ts';

const NO_KIND = new UnworkableError({
  object: 'kind',
  what: 'there is no such program',
  next: 'install it',
});
const NOW = Date.parse('2026-01-01T00:00:00Z');
const HOUR = 3_600_000;

const WELL: ContextSeen = {
  kubernetesVersion: 'v1.36.0',
  missingRights: [],
  rights: 90,
  role: 'deploy/rbac/existing-own.yaml',
  nodes: { usable: 3, fitting: 2 },
  credentials: { untilMs: null, renewed: false },
};
const context = (seen: Partial<ContextSeen>, check: string) =>
  judgeContext('prod', { ...WELL, ...seen }, '2h', NOW).find((finding) => finding.check === check);
const life = (untilMs: number | null, renewed = false) =>
  context({ credentials: { untilMs, renewed } }, 'credentials');

const CASES: [what: string, found: Finding | undefined, status: Finding['status'], says: RegExp][] = [
  ['a cluster that answers', context({}, 'cluster'), 'ok', /context prod answers, Kubernetes v1\.36\.0/],
  ['every right', context({}, 'rights'), 'ok', /all 90/],
  [
    'a missing right',
    context({ missingRights: ['create pods/exec'] }, 'rights'),
    'problem',
    /1 of 90 are missing: create pods\/exec$/,
  ],
  ['nodes for sandboxes', context({}, 'nodes'), 'ok', /3 take pods, 2 of them/],
  ['no node', context({ nodes: { usable: 0, fitting: 0 } }, 'nodes'), 'problem', /none is ready/],
  [
    'nodes with other labels',
    context({ nodes: { usable: 3, fitting: 0 } }, 'nodes'),
    'problem',
    /0 of them have the labels/,
  ],
  [
    'nodes that may not be listed',
    context({ missingRights: ['list nodes'], nodes: { usable: 0, fitting: 0 } }, 'nodes'),
    'warning',
    /may not be listed/,
  ],
  ['credentials without an end', life(null), 'ok', /do not say/],
  ['credentials for the whole lease', life(NOW + 2 * HOUR), 'ok', /good for 2h$/],
  ['credentials of many days', life(NOW + 90 * 24 * HOUR + 61_001), 'ok', /good for 90d$/],
  ['credentials that end within the lease', life(NOW + HOUR), 'warning', /good for 1h$/],
  ['credentials that are over', life(NOW - HOUR), 'problem', /ended 2025-12-31T23:00:00/],
  ['credentials that a program renews', life(NOW - HOUR, true), 'ok', /a program gives new ones/],
  ['kind with its runtime', judgeKind('v0.30.0', 1), 'ok', /kind v0\.30\.0; .* with 1 cluster$/],
  ['programs of the local plane', judgeLocal(ok('programs', 'all 9 are here')), 'ok', /^local: all 9/],
  ['a failure', judgeFailure('cluster', NO_KIND), 'problem', /program$/],
];

describe('the doctor, asked about the cluster of a spec', () => {
  for (const [what, found, status, says] of CASES) {
    it(`takes ${what} for ${status}`, () => {
      assert.equal(found?.status, status);
      assert.match(found.says, says);
      assert.equal(found.next !== null, status !== 'ok');
    });
  }
});
