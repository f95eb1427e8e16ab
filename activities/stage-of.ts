import type { Stage } from '../src/domain/stages.ts';
import type { Activities } from './index.ts';
import type { SweepActivities } from './sweep.ts';

/** The stage that an activity works for, for logs and metrics; null where it works for none in particular. */
const STAGES: Record<keyof Activities | keyof SweepActivities, Stage | null> = {
  prepareRun: null,
  watchRun: null,
  releaseGuard: null,
  keepUnderGuard: null,
  awaitRunEnd: null,
  isRunOpen: null,
  endRun: null,
  renewLease: null,
  reviseSpec: null,
  createCluster: 'create-cluster',
  installAgentSandbox: 'install-agent-sandbox',
  installWorkload: 'install-agent-sandbox',
  fillWarmPool: 'install-agent-sandbox',
  beginLoad: 'run-claims',
  runClaims: 'run-claims',
  closeWindow: 'run-claims',
  mergeWindows: 'run-claims',
  readControllerHistogram: 'run-claims',
  collectEvidence: 'teardown',
  undoStep: 'teardown',
  listLeftovers: 'teardown',
  writeRunReport: 'teardown',
  planSweep: null,
  removeSwept: null,
};

export function stageOfActivity(type: string): Stage | null {
  return (STAGES as Record<string, Stage | null>)[type] ?? null;
}
