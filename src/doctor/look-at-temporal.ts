import type { Client } from '@temporalio/client';
import { ScheduleNotFoundError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../system/search-attributes.ts';
import { SWEEP_SCHEDULE_ID } from '../system/sweep-schedule.ts';
import { serverVersions } from '../system/versions.ts';
import type { TemporalFacts } from './temporal.ts';

const { TaskQueueType } = proto.temporal.api.enums.v1;
const SECONDS_A_DAY = 86_400;
/** For all questions together: a server that is slow to answer is not asked for ever. */
const ASKING_MS = 10_000;

/** Asks a Temporal that answers. What it will not tell (no right to, no such service) is null. */
export function lookAtTemporal(
  client: Client,
  namespace: string,
  queues: readonly string[],
): Promise<TemporalFacts> {
  return client.withDeadline(Date.now() + ASKING_MS, async () => {
    const [version, retentionDays, attributes, pollers, sweep] = await Promise.all([
      serverVersions(client),
      orNull(() => retentionOf(client, namespace)),
      orNull(() => attributesOf(client, namespace)),
      orNull(() => pollersOf(client, namespace, queues)),
      orNull(() => sweepOf(client)),
    ]);
    return {
      serverVersion: version['temporal-server'] ?? null,
      namespace,
      retentionDays,
      attributes,
      pollers,
      sweep,
    };
  });
}

async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch {
    return null;
  }
}

async function retentionOf({ workflowService }: Client, namespace: string): Promise<number | null> {
  const { config } = await workflowService.describeNamespace({ namespace });
  const seconds = config?.workflowExecutionRetentionTtl?.seconds;
  return seconds === undefined || seconds === null ? null : Number(seconds) / SECONDS_A_DAY;
}

async function attributesOf({ connection }: Client, namespace: string): Promise<TemporalFacts['attributes']> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const names = Object.keys(SEARCH_ATTRIBUTES) as (keyof typeof SEARCH_ATTRIBUTES)[];
  const known = customAttributes ?? {};
  return {
    missing: names.filter((name) => known[name] === undefined),
    mistyped: names.filter((name) => known[name] !== undefined && known[name] !== SEARCH_ATTRIBUTES[name]),
  };
}

async function pollersOf(
  { workflowService }: Client,
  namespace: string,
  queues: readonly string[],
): Promise<Record<string, number>> {
  const asked = queues.map(async (name) => {
    const { pollers } = await workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name },
      taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY, // the cleanup queue has no workflows
    });
    return [name, pollers?.length ?? 0] as const;
  });
  return Object.fromEntries(await Promise.all(asked));
}

async function sweepOf(client: Client): Promise<TemporalFacts['sweep']> {
  try {
    const { state } = await client.schedule.getHandle(SWEEP_SCHEDULE_ID).describe();
    return state.paused ? 'paused' : 'active';
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return 'absent';
    throw error;
  }
}
