import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recoverWindows } from '../../src/load/recover-windows.ts';
import { runWindow } from '../../src/load/run-window.ts';
import { summarise } from '../../src/measure/summarise.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { FakeSandboxApi } from '../support/fake-sandbox-api.ts';
import { endsOf, folderOf, OWNER, sampleDeps, sampleRequest } from './window-samples.ts';

const { load } = resolveSpec({
  load: {
    phases: [
      { name: 'warm-up', qps: 100, total: 5 },
      { name: 'bursts', total: 12, arrivals: { shape: 'bursts', size: 6, every: '20ms' } },
      { name: 'random', duration: '50ms', total: 8, arrivals: { shape: 'poisson', seed: 3 } },
    ],
    pauseBetween: '30ms',
  },
});

test('each claim belongs to a phase, which has figures of its own beside those of all', async (t) => {
  const kube = new FakeSandboxApi();
  const folder = await folderOf(t);
  const result = await runWindow(sampleRequest(load), sampleDeps(kube, folder));
  assert.equal(result.counts.ready, 25);
  const ends = await endsOf(folder);
  const phases = Array.from({ length: 25 }, (_, index) => ends.get(index)?.phase);
  assert.deepEqual(phases, [
    ...Array.from({ length: 5 }, () => 'warm-up'),
    ...Array.from({ length: 12 }, () => 'bursts'),
    ...Array.from({ length: 8 }, () => 'random'),
  ]);
  const due = (index: number): number => Math.round((ends.get(index)?.dueMs ?? NaN) - result.startedAtMs);
  assert.deepEqual([4, 5, 10, 11, 16].map(due), [40, 80, 80, 100, 100]);
  assert.ok(due(17) >= 150 && due(24) <= 200);

  const summary = summarise([result], load);
  assert.deepEqual(
    summary.phases?.map(({ name, claims }) => [name, claims.due, claims.ready]),
    [
      ['warm-up', 5, 5],
      ['bursts', 12, 12],
      ['random', 8, 8],
    ],
  );
  assert.equal(summary.phases?.[1]?.latency.sentToReady?.all?.count, 12);

  const from = { folder, owner: OWNER, signal: new AbortController().signal };
  const [recovered] = await recoverWindows(from, 'here');
  assert.deepEqual(
    recovered?.phases?.map(({ phase, counts }) => [phase, counts.due]),
    [
      ['warm-up', 5],
      ['bursts', 12],
      ['random', 8],
    ],
  );
});
