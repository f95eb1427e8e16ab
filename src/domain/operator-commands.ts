import type { RunIdentity } from './names.ts';
import type { Hold, OperatorAction, Skippable } from './operator-actions.ts';
import { allowedActions } from './operator-actions.ts';
import { shellWord } from './shell-word.ts';
import type { Stage } from './stages.ts';

/** What an operator can type now: with sandtide, and with the Temporal CLI alone. */
export interface OperatorCommand {
  /** What it does, for people: `try the stage again`. */
  why: string;
  sandtide: string;
  temporal: string;
}

/** Where in a history a stage was begun; a reset to there begins it again. */
export interface StageStart {
  stage: Stage;
  /** Of the workflow task in which it was begun. */
  eventId: number;
  executionRunId: string;
}

type Named = Pick<RunIdentity, 'namespace' | 'workflowId'>;

/** How long the printed command extends a hold by; the operator writes another time if need be. */
const BY = '30m';

const WHY: Record<OperatorAction, string> = {
  retryStage: 'try the stage again',
  skipStage: 'leave the stage out; it counts as failed',
  extendHold: `hold for ${BY} more`,
  tearDown: 'take everything down now',
};

/** What the present hold allows, ready to be copied. */
export function holdCommands(run: Named, hold: Hold, skippable: Skippable): OperatorCommand[] {
  const name = shellWord(run.workflowId);
  const short: Record<OperatorAction, string> = {
    retryStage: `sandtide retry ${name}`,
    skipStage: `sandtide skip ${name}`,
    extendHold: `sandtide extend ${name} --by ${BY}`,
    tearDown: `sandtide teardown ${name}`,
  };
  return allowedActions(hold.stage, 'held', skippable).map((action) => ({
    why: WHY[action],
    sandtide: short[action],
    temporal: updateCommand(run, action, {
      stage: hold.stage,
      hold: hold.number,
      ...(action === 'extendHold' ? { by: BY } : {}),
    }),
  }));
}

/** Begins a stage of a run again, whether it is open or has ended. Old Updates are left out: they meant another hold. */
export function retryFrom(run: Named, { stage, eventId, executionRunId }: StageStart): OperatorCommand {
  const name = shellWord(run.workflowId);
  return {
    why: `begin again with ${stage}`,
    sandtide: `sandtide retry ${name} --from ${stage}`,
    temporal: [
      `temporal workflow reset --workflow-id ${name} --run-id ${executionRunId} --event-id ${eventId}`,
      ` --reapply-exclude All --reason ${shellWord(`retry ${stage}`)}${where(run)}`,
    ].join(''),
  };
}

/** Sends an Update and waits for its answer. */
export function updateCommand(run: Named, update: string, input?: unknown): string {
  const given = input === undefined ? '' : ` --input ${shellWord(JSON.stringify(input))}`;
  return `temporal workflow update execute --workflow-id ${shellWord(run.workflowId)} --name ${update}${given}${where(run)}`;
}

function where({ namespace }: Named): string {
  return namespace === 'default' ? '' : ` --namespace ${shellWord(namespace)}`;
}
