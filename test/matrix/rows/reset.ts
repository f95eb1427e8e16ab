import type { Cell } from '../cell.ts';
import type { Place } from '../places.ts';
import type { Row } from '../row.ts';
import { everywhere } from '../row.ts';

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
async function reset(cell: Cell, activity: string): Promise<void> {
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
  });
}
