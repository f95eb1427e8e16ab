import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

const { TaskQueueType } = proto.temporal.api.enums.v1;

/** Who polls a task queue, as Temporal sees it, and when each was there last (epoch milliseconds). */
export async function pollersOf(
  client: Client,
  { name, kind }: { name: string; kind: 'workflow' | 'activity' },
): Promise<{ identity: string; lastAccessMs: number }[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name },
    taskQueueType:
      kind === 'workflow' ? TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW : TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
  });
  return (pollers ?? []).map(({ identity, lastAccessTime }) => ({
    identity: identity ?? '',
    lastAccessMs: Number(lastAccessTime?.seconds ?? 0) * 1000,
  }));
}
