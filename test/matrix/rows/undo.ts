import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell } from '../cell.ts';
import { endingOf } from '../ending.ts';
import { LABELS } from '../../../src/domain/names.ts';
import type { KubeResource } from '../../../src/kubernetes/kube-client.ts';
import { RESOURCES } from '../../../src/kubernetes/resources.ts';
import { retryTeardownUpdate } from '../../../workflows/messages.ts';
import { planOf, withCellKube } from '../cell-cluster.ts';
import type { Row } from '../row.ts';
import { everywhere } from '../row.ts';

const forbidding = (cell: Cell) => join(cell.home.folder, 'no-removal');

export const UNDO_ROWS: readonly Row[] = [
  {
    name: 'an undo that fails 3 times',
    expected: everywhere(['cancelled'], { unwind: ['passed'] }),
    setUp: () => ({ input: { removalFails: 3 } }),
    inject: async (cell) => void (cell.place === 'unwind' || (await cell.run.cancel())),
    async check(cell) {
      const { events } = await cell.run.fetchHistory();
      const attempts = events?.map((event) => event.activityTaskStartedEventAttributes?.attempt ?? 0) ?? [];
      const most = Math.max(...attempts);
      return most === 4 ? [] : [`the undo was tried ${most} times`];
    },
  },
  {
    name: 'an undo that never succeeds',
    expected: everywhere(['cleanup-incomplete']),
    setUp: () => ({
      spec: { limits: { teardownDeadline: '4s' } },
      async before(cell) {
        writeFileSync(forbidding(cell), '');
        cell.input.noRemovalWhile = forbidding(cell);
      },
    }),
    async inject(cell) {
      const underWay = cell.place === 'unwind';
      if (!underWay) await cell.run.cancel();
      cell.openGates();
      await cell.untilClosed();
      const left = cell.home.clustersLeft();
      const { report } = await endingOf(cell);
      cell.notes.push(`${report?.leftoverCount ?? 0} leftovers were named`);
      if (cell.place !== 'before create' && left.length === 0) throw new Error('nothing was left to name');
      if (left.length > 0 && (report?.leftovers.length ?? 0) === 0)
        throw new Error('what is left has no name');
      rmSync(forbidding(cell));
      // Within the hour it would come to it by itself.
      await cell.guard.executeUpdate(retryTeardownUpdate, { args: [] });
    },
  },
  {
    name: 'a finalizer that nobody takes away',
    expected: everywhere(['passed'], {
      'before create': 'there is no object that could carry one',
      'create-cluster': 'there is no object of ours that could carry one',
      unwind: 'the finalizers of the other columns are what the unwind meets',
    }),
    setUp: (place) => ({
      input: place === 'between stages' ? { gates: ['runClaims'] } : {},
      spec: { load: { total: 40 } },
    }),
    async inject(cell) {
      const { Namespace, SandboxClaim, SandboxWarmPool } = RESOURCES;
      if (cell.place === 'run-claims') await plantFinalizer(cell, SandboxClaim);
      else await plantFinalizer(cell, cell.place === 'between stages' ? SandboxWarmPool : Namespace);
    },
  },
];

/** On the first object of ours of that kind. */
async function plantFinalizer(cell: Cell, resource: KubeResource): Promise<void> {
  const { owner, cluster } = await planOf(cell);
  await withCellKube(cell, cluster.name, async (kube) => {
    const labelSelector = `${LABELS.owner}=${owner}`;
    await cell.until(`a ${resource.kind} of ours`, async () => {
      const { items } = await kube.list(resource, { labelSelector });
      const object = items.find(({ metadata }) => metadata.deletionTimestamp === undefined);
      if (object === undefined) return false;
      const { name, namespace } = object.metadata;
      const patch = { metadata: { finalizers: ['example.org/hold'] } };
      const patched = kube.mergePatch(resource, name, patch, namespace === undefined ? {} : { namespace });
      // A claim is soon gone: then the next one.
      return patched.catch(() => null);
    });
  });
}
