import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveSpec } from '../../../src/spec/resolve.ts';
import type { LocalProviderSpec } from '../../../src/spec/schema.ts';
import { fakeNodes } from '../../../src/providers/local/fake-nodes.ts';

interface Node {
  metadata: { name: string; labels?: Record<string, string> };
  spec?: { podCIDR: string; taints?: { key: string; value: string; effect: string }[] };
  status?: { allocatable: { pods: string } };
}

function nodes(general: number, sandbox: number, ofSandbox: object = {}): Node[] {
  const pools = { general: { nodes: general }, sandbox: { nodes: sandbox, ...ofSandbox } };
  const { provider } = resolveSpec({
    provider: { type: 'local', pools },
    load: { qps: 1, total: 1 },
    agentSandbox: { warmPool: { replicas: 0 } },
  });
  return fakeNodes((provider as LocalProviderSpec).pools, { 'sandtide.dev/owner': '0123456789' });
}

test('nodes are of two pools, labelled, and only those for sandboxes are tainted', () => {
  const seen = nodes(1, 2).map(({ metadata, spec, status }) => [
    metadata.name,
    metadata.labels?.['sandtide.dev/pool'],
    metadata.labels?.['sandtide.dev/owner'],
    (spec?.taints ?? []).map(({ key, value, effect }) => `${key}=${value}:${effect}`).join(),
    status?.allocatable.pods,
  ]);
  const taint = 'sandbox.gke.io/runtime=runsc:NoSchedule';
  assert.deepEqual(seen, [
    ['general-0', 'general', '0123456789', '', '110'],
    ['sandbox-0', 'sandbox', '0123456789', taint, '250'],
    ['sandbox-1', 'sandbox', '0123456789', taint, '250'],
  ]);
});

test('nodes carry what the spec says of their pool, and their own labels all the same', () => {
  const [, node] = nodes(1, 1, {
    machineType: 'c4-standard-16',
    maxPods: 30,
    labels: { team: 'tide', 'kubernetes.io/os': 'windows' },
    taints: [{ key: 'team', value: 'tide', effect: 'NoExecute' }],
  });
  assert.equal(node?.metadata.labels?.['node.kubernetes.io/instance-type'], 'c4-standard-16');
  assert.equal(node?.metadata.labels?.['team'], 'tide');
  assert.equal(node?.metadata.labels?.['kubernetes.io/os'], 'linux');
  assert.deepEqual(node?.spec?.taints, [{ key: 'team', value: 'tide', effect: 'NoExecute' }]);
  assert.equal(node?.status?.allocatable.pods, '30');
});

test('as many nodes as a spec allows have names and address ranges of their own, wide enough for their pods', () => {
  const all = nodes(500, 500);
  assert.equal(new Set(all.map(({ metadata }) => metadata.name)).size, 1000);
  const starts = all.map(({ spec }) => {
    const [address = '', bits] = spec?.podCIDR.split('/') ?? [];
    assert.equal(bits, '22');
    return address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  });
  const sorted = [...new Set(starts)].sort((a, b) => a - b);
  assert.equal(sorted.length, 1000);
  for (const [index, start] of sorted.slice(1).entries()) assert.ok(start - (sorted[index] ?? 0) >= 1024);
});
