import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { guardWorkflowId } from '../../src/domain/names.ts';
import type { RunEnvironment } from '../support/run-environment.ts';
import { until } from '../support/until.ts';
import {
  extendHoldUpdate,
  retryStageUpdate,
  skipStageUpdate,
  tearDownUpdate,
} from '../../workflows/messages.ts';
import { brokenRules } from './rules.ts';
import type { Command, Scene } from './scenes.ts';

const TICK_MS = 100;
const UPDATES = {
  retry: retryStageUpdate,
  skip: skipStageUpdate,
  extend: extendHoldUpdate,
  'tear-down': tearDownUpdate,
} as const;

/**
 * Plays a scene on a real server with the recording world, then lifts its faults, waits until run and guard are closed,
 * and says which rules were broken, in a sentence each.
 */
export async function playScene(env: RunEnvironment, name: string, scene: Scene): Promise<string[]> {
  await begin(env, name, scene);
  // A scene that begins with a command may meet a run that has not begun; any other meets one that acts.
  if (scene.commands[0]?.type === 'pause')
    await until(`${name} to act`, () => env.world.owners(name).length > 0);
  const updates: Promise<unknown>[] = [];
  for (const command of scene.commands) await act(env, { name, scene, updates }, command);
  for (const owner of env.world.owners(name)) env.world.heal(owner);
  await untilAllClosed(env, name);
  await Promise.all(updates);
  return [
    ...env.world.leftOf(name).map((thing) => `${thing} is left`),
    ...env.world.violationsOf(name),
    ...env.world
      .owners(name)
      .flatMap((owner) => brokenRules(env.world.log.filter((entry) => entry.owner === owner))),
  ];
}

async function begin(env: RunEnvironment, name: string, scene: Scene): Promise<void> {
  const { fails, undoFails, holds, leaseTicks } = scene;
  await env.run(name, {
    faults: {
      actMs: TICK_MS,
      ...(fails === null ? {} : { failAt: fails.at, failTimes: fails.times }),
      ...(undoFails === null ? {} : { undoFails }),
    },
    // An undo that fails more than once is the guard's.
    limits: { teardownDeadlineMs: 2_500, holdMs: holds ? 1_500 : null, neededMs: 1_000 },
    ...(leaseTicks === null ? {} : { leaseSeconds: Math.ceil((leaseTicks * TICK_MS) / 1000) }),
  });
}

interface Stage {
  name: string;
  scene: Scene;
  updates: Promise<unknown>[];
}

async function act(env: RunEnvironment, stage: Stage, command: Command): Promise<void> {
  const { name, scene, updates } = stage;
  const run = env.client.workflow.getHandle(name);
  switch (command.type) {
    case 'pause':
      return sleep(command.ticks * TICK_MS);
    case 'cancel':
      return inVain(run.cancel());
    case 'terminate':
      return inVain(run.terminate('by test'));
    case 'start-again':
      return inVain(begin(env, name, scene));
    case 'kill-worker':
      for (const owner of env.world.owners(name)) env.world.killWorkerOf(owner);
      return;
    case 'reset': {
      const tasks = await env.workflowTasks(run);
      const eventId = tasks[Math.round((command.to / 100) * (tasks.length - 1))];
      return eventId === undefined ? undefined : inVain(env.reset(run, eventId, undefined, command.reapply));
    }
    case 'retry':
    case 'skip':
    case 'extend':
    case 'tear-down': {
      const { hold } = await env.progress(name).catch(() => ({ hold: null }));
      const number = (hold?.number ?? 1) + (command.hold === 'present' ? 0 : 1);
      const address = { stage: hold?.stage ?? ('run-claims' as const), hold: number, by: '1s' };
      const update = run.executeUpdate<unknown, [typeof address]>(UPDATES[command.type].name, {
        args: [address],
      });
      updates.push(inVain(update)); // its answer may come when the run ends
    }
  }
}

/** What comes too late, or is refused, is no trouble. */
async function inVain(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    const late =
      error instanceof WorkflowNotFoundError || error instanceof WorkflowExecutionAlreadyStartedError;
    const refused = error instanceof WorkflowUpdateFailedError || isInvalid(error);
    if (!late && !refused) throw error;
  }
}

/** Codes of gRPC: INVALID_ARGUMENT and NOT_FOUND, of a reset to a place that is none (any more). */
function isInvalid(error: unknown): boolean {
  const code =
    error instanceof ServiceError
      ? (error.cause as { code?: number }).code
      : (error as { code?: number }).code;
  return code === 3 || code === 5;
}

/** Run and guard; twice in a row, for the guard may look again. */
async function untilAllClosed(env: RunEnvironment, name: string): Promise<void> {
  for (const id of [name, guardWorkflowId(name)]) {
    await until(
      `the end of ${id}`,
      async () => {
        const status = await env.statusOf(id).catch((error: unknown) => {
          if (error instanceof WorkflowNotFoundError) return 'NONE'; // a run that ended before it had a guard
          throw error;
        });
        return status !== 'RUNNING' && status;
      },
      { timeoutMs: 240_000 }, // a busy machine is no finding
    );
  }
}
