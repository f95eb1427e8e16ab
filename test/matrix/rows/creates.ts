import { stageActivities } from '../../../activities/stages.ts';
import type { ActivityDeps } from '../../../activities/deps.ts';
import { connect } from '../../../src/kubernetes/connect.ts';
import { createAgentSandboxTypes } from '../../../src/sandbox/registry.ts';
import { createToolchain } from '../../../src/toolchain/create-toolchain.ts';
import { activityEnvironment, runActivity } from '../../support/run-activity.ts';
import { preparedOf, providerOfCell } from '../cell-cluster.ts';
import type { Cell } from '../cell.ts';
import type { Row } from '../row.ts';
import { everywhere } from '../row.ts';

const toolchain = createToolchain();

export const CREATE_ROWS: readonly Row[] = [
  {
    name: 'two creates at once',
    expected: everywhere(['passed'], {
      'run-claims': 'claims are made by one attempt of one activity; a late one is the row "worker SIGSTOP"',
      unwind: 'the undo waits until its create has stopped; a late one is the row "worker SIGSTOP"',
    }),
    async inject(cell) {
      const prepared = await preparedOf(cell);
      cell.openGates();
      const other = stageActivities(otherWorker(cell));
      const create = cell.place === 'install-agent-sandbox' ? 'installAgentSandbox' : 'createCluster';
      await runActivity(activityEnvironment(), async () => void (await other[create](prepared)));
    },
  },
];

/** The world of a second worker on the same machine. */
function otherWorker(cell: Cell): ActivityDeps {
  const provider = providerOfCell(cell);
  return {
    provider: () => provider,
    agentSandbox: createAgentSandboxTypes({
      manifestsFolder: (version, work) => toolchain.agentSandboxManifests(version, work),
    }),
    connect,
    searchAttributes: [],
    baseFolder: cell.home.folder,
    host: 'test',
    versions: {},
    nowMs: Date.now,
  };
}
