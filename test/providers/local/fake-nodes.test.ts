import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeNodes } from '../../../src/providers/local/fake-nodes.ts';

interface Node {
  metadata: { name: string; labels?: Record<string, string> };
  spec?: { podCIDR: string; taints?: { key: string; value: string; effect: string }[] };
  status?: { allocatable: { pods: string } };
}

function nodes(general: number, sandbox: number): Node[] {
  const pools = { general: { nodes: general, maxPods: 110 }, sandbox: { nodes: sandbox, maxPods: 250 } };
  return fakeNodes(pools, { 'sandtide.dev/owner': '0123456789' });
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
