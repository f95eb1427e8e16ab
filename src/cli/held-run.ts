import type { Client, WorkflowClient } from '@temporalio/client';
import { Connection, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure } from '@temporalio/common';
import type { SpecProblem } from '../domain/errors.ts';
import { ConflictError, InvalidSpecError, UnavailableError } from '../domain/errors.ts';
import type { HeldStage } from '../domain/held-stage.ts';
import type { OperatorAnswer, RunProgress } from '../../workflows/messages.ts';
import { progressQuery, tearDownUpdate } from '../../workflows/messages.ts';
import { noSuchRun } from './no-such-run.ts';

/** A query waits for a worker; where there is none one should hear of it before one loses patience. */
const QUERY_MS = 10_000;
/** Changes are checked, a lease is extended: the answer comes when that is done. */
const UPDATE_MS = 180_000;

/** What a run says of itself. Throws `UnavailableError` where no worker answers for it. */
export async function askRun(client: Client, runName: string): Promise<RunProgress> {
  try {
    return await client.withDeadline(Date.now() + QUERY_MS, () =>
      client.workflow.getHandle(runName).query(progressQuery),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw noSuchRun(runName);
    throw new UnavailableError({
      object: `run ${runName}`,
      what: `it does not answer (${error instanceof Error ? error.message : String(error)})`,
      next: 'start a worker with `sandtide worker`, then try again',
      cause: error,
    });
  }
}

/** The run's hold. Throws `ConflictError` where it is in none. */
export function heldStage(runName: string, { hold, phase }: RunProgress): HeldStage {
  if (hold !== null) return hold;
  throw new ConflictError({
    object: `run ${runName}`,
    what: `it is not held (${phase})`,
    next: `see how it stands with \`sandtide status ${runName}\``,
  });
}

/** Tells a run something; its answer. A refusal is thrown, with every problem where changes have some. */
export async function tellHeld<Request extends object>(
  client: Client,
  runName: string,
  update: UpdateDefinition<OperatorAnswer, [Request]>,
  request: Request,
): Promise<string> {
  try {
    const { message } = await client.withDeadline(Date.now() + UPDATE_MS, () =>
      client.workflow.getHandle(runName).executeUpdate(update, { args: [request] }),
    );
    return message;
  } catch (error) {
    throw error instanceof WorkflowUpdateFailedError ? refusal(runName, error) : error;
  }
}

/** Tells a held run to take itself down; its answer, or null where no run of that name answers that it is held. */
export async function tearDownHeld(client: Client, runName: string): Promise<string | null> {
  const progress = await askRun(client, runName).catch(() => null);
  const hold = progress?.hold ?? null;
  if (hold === null) return null;
  return tellHeld(client, runName, tearDownUpdate, { stage: hold.stage, hold: hold.number });
}

/** The hold with commands that find the same Temporal service from wherever they are typed. */
export function withAddress(hold: HeldStage, { connection }: WorkflowClient): HeldStage {
  const address = connection instanceof Connection ? connection.options.address : DEFAULT_ADDRESS;
  if (address === DEFAULT_ADDRESS) return hold;
  const there = (command: string) => `${command} --address ${address}`;
  const commands = hold.commands.map(({ why, sandtide, temporal }) => ({
    why,
    sandtide: there(sandtide),
    temporal: there(temporal),
  }));
  return { ...hold, commands };
}

const DEFAULT_ADDRESS = '127.0.0.1:7233';

function refusal(runName: string, { cause, message }: WorkflowUpdateFailedError): Error {
  const problems = cause instanceof ApplicationFailure && cause.type === 'InvalidSpec' ? cause.details : null;
  if (problems) return new InvalidSpecError((problems[0] ?? []) as SpecProblem[], 'change', 'change');
  return new ConflictError({
    object: `run ${runName}`,
    what: cause?.message ?? message,
    next: `see how it stands with \`sandtide status ${runName}\``,
  });
}
