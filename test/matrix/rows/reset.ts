import proto from '@temporalio/proto';
import type { Stage } from '../../../src/domain/stages.ts';
import { retryStageUpdate } from '../../../workflows/messages.ts';
import type { Cell } from '../cell.ts';
import type { Place } from '../places.ts';
import type { Row } from '../row.ts';
import { everywhere } from '../row.ts';

const { RESET_REAPPLY_TYPE_ALL_ELIGIBLE, RESET_REAPPLY_TYPE_NONE } =
  proto.temporal.api.enums.v1.ResetReapplyType;
const NOT_HELD = 'only a stage that has failed is held';

/** The first activity of the stage to which a reset goes. */
const FIRST_OF: Record<Place, string> = {
  'before create': 'prepareRun',
  'create-cluster': 'createCluster',
  'install-agent-sandbox': 'installAgentSandbox',
  'run-claims': 'runClaims',
  unwind: 'undoStep',
  'between stages': 'installWorkload',
};

export const RESET_ROWS: readonly Row[] = [
  {
    name: 'reset to the start',
    expected: everywhere(['passed'], { unwind: 'it is the row "reset during unwind"' }),
    inject: (cell) => reset(cell, 'prepareRun'),
  },
  {
    name: "an operator's old Update, applied again by a reset",
    expected: everywhere(['passed'], {
      'before create': NOT_HELD,
      unwind: 'undos are retried by themselves and by the guard; there is no hold',
      'between stages': NOT_HELD,
    }),
    byItself: true,
    setUp: (place) => ({ input: { failsOnce: [FIRST_OF[place]] }, spec: { onFailure: { hold: '60s' } } }),
    async inject(cell) {
      const request = { stage: cell.place as Stage, hold: 1 };
      await cell.until('a hold', async () => (await cell.progress())?.hold?.stage === request.stage);
      await cell.run.executeUpdate(retryStageUpdate, { args: [request] });
      await cell.untilPending(FIRST_OF[cell.place]);
      // Such a reset brings back what operators said; there is no hold that this is an answer to.
      await reset(cell, 'prepareRun', RESET_REAPPLY_TYPE_ALL_ELIGIBLE);
    },
    async check(cell) {
      const { events } = await cell.run.fetchHistory();
      const list = events ?? [];
      const again = list.some((event) => event.workflowExecutionUpdateAdmittedEventAttributes);
      const taken = list.some((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
      return [
        ...(again ? [] : ['the Update was not applied again']),
        ...(taken ? ['the old Update was taken'] : []),
      ];
    },
  },
  {
    name: 'reset during unwind',
    expected: everywhere(['passed']),
    async inject(cell) {
      if (cell.place !== 'unwind') {
        await cell.run.cancel();
        cell.openGates();
        await cell.untilPending('undoStep');
      }
      await reset(cell, 'prepareRun');
    },
  },
  {
    name: 'reset after the end, to that place, with the cluster gone',
    expected: everywhere(['passed']),
    byItself: true,
    setUp: () => ({ input: { gates: [] } }),
    async inject(cell) {
      await cell.untilClosed();
      await cell.untilClosed(cell.guard);
      await reset(cell, FIRST_OF[cell.place]);
    },
  },
];

/** To the workflow task that first scheduled this activity; whatever came after it is forgotten. */
async function reset(cell: Cell, activity: string, reapply = RESET_REAPPLY_TYPE_NONE): Promise<void> {
  const { runId } = await cell.run.describe();
  const { events } = await cell.home.client.workflow.getHandle(cell.runName, runId).fetchHistory();
  const list = events ?? [];
  const at = list.findIndex(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity,
  );
  const tasks = list
    .slice(0, at < 0 ? list.length : at)
    .filter((event) => event.workflowTaskCompletedEventAttributes);
  const last = tasks.at(-1)?.eventId;
  if (last === undefined || last === null) throw new Error(`no workflow task before ${activity}`);
  await cell.home.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: cell.runName, runId },
    workflowTaskFinishEventId: last,
    requestId: `${runId}/reset`,
    reason: 'by test',
    resetReapplyType: reapply,
  });
}
