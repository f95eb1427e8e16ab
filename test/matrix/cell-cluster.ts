import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import type { PreparedRun } from '../../activities/prepare.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { connect } from '../../src/kubernetes/connect.ts';
import type { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { createLocalProvider } from '../../src/providers/local/local-provider.ts';
import type { ClusterProvider } from '../../src/providers/provider.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import type { Cell } from './cell.ts';

/** What the run has planned, as its history says. */
export async function planOf(cell: Cell): Promise<Plan> {
  return (await preparedOf(cell)).plan;
}

export async function preparedOf(cell: Cell): Promise<PreparedRun> {
  const { events } = await cell.run.fetchHistory();
  const scheduled = events?.find(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'prepareRun',
  );
  const completed = events?.find(
    (event) =>
      String(event.activityTaskCompletedEventAttributes?.scheduledEventId) === String(scheduled?.eventId),
  );
  const payload = completed?.activityTaskCompletedEventAttributes?.result?.payloads?.[0];
  if (payload === undefined) throw new Error('the run has not made its plan yet');
  return defaultPayloadConverter.fromPayload(payload);
}

/** The provider over the cell's own state folder, as another worker of that machine would have it. */
export function providerOfCell(cell: Cell): ClusterProvider {
  const { address } = cell.home;
  return createLocalProvider({
    toolchain: createToolchain(),
    stateFolder: join(cell.home.folder, 'state', 'sandtide'),
    home: (workflowId) => ({ kind: 'temporal', address, namespace: 'default', workflowId }),
  });
}

/** A connection of the test's own to the cell's cluster, past all faults. */
export async function withCellKube<T>(
  cell: Cell,
  cluster: string,
  act: (kube: KubeClient) => Promise<T>,
): Promise<T> {
  const work = { signal: AbortSignal.timeout(60_000), progress: () => undefined };
  const handle = { provider: 'local', name: cluster, location: '' };
  const kube = connect(await providerOfCell(cell).credentials(handle, work));
  try {
    return await act(kube);
  } finally {
    await kube.close();
  }
}
