import type { SpecProblem } from '../src/domain/errors.ts';
import { InvalidSpecError } from '../src/domain/errors.ts';
import type { Owner } from '../src/domain/names.ts';
import { guardWorkflowId } from '../src/domain/names.ts';
import type { Plan } from '../src/domain/plan.ts';
import { shellWord } from '../src/domain/shell-word.ts';
import type { RunSpec } from '../src/spec/schema.ts';
import { guardedBy } from './guarded-plans.ts';

/** A cluster that stands already, with the names of what is in it. */
export type ClusterSource = Pick<Plan, 'cluster' | 'sandbox' | 'takenFrom' | 'workloadCommand'>;

export interface Taker {
  runName: string;
  owner: Owner;
  takeOver: string;
  /** Its execution came by a reset. */
  byReset: boolean;
}

/**
 * The cluster that a run takes over: the one that a run of that name keeps, or the one that it has taken over already,
 * before it was reset. Null where it had been taken down by then, so that the run makes one of its own. Throws
 * `InvalidSpecError` where no such run keeps anything.
 */
export async function clusterSource({
  runName,
  owner,
  takeOver,
  byReset,
}: Taker): Promise<ClusterSource | null> {
  const kept = (await guardedBy(takeOver)).findLast(
    (entry) => entry.keptUntilSeconds !== null && entry.state !== 'unwinding' && entry.owner !== owner,
  );
  if (kept !== undefined) {
    const { plan } = kept;
    return { ...plan, takenFrom: { runName: plan.runName, owner: plan.owner } };
  }
  if (byReset) {
    const own = (await guardedBy(runName)).find((entry) => entry.owner === owner);
    return own === undefined || own.plan.takenFrom === null ? null : own.plan;
  }
  const message = `no run called ${takeOver} keeps its cluster (any more); \`temporal workflow query --workflow-id ${shellWord(guardWorkflowId(takeOver))} --type watched\` tells what its guard knows`;
  throw new InvalidSpecError([{ path: 'takeOver', message }]);
}

/** What a spec may not ask of a cluster that stands already. */
export function refuseOtherCluster(
  spec: RunSpec,
  source: ClusterSource,
  asked: Pick<Plan, 'sandbox' | 'workloadCommand'>,
): void {
  const problems: SpecProblem[] = [];
  if (spec.provider.type !== source.cluster.provider) {
    const message = `found ${JSON.stringify(spec.provider.type)}; the cluster that is taken over is of ${source.cluster.provider}`;
    problems.push({ path: 'provider.type', message });
  }
  const { namespace } = spec.agentSandbox;
  if (namespace !== null && namespace !== source.sandbox.workloadNamespace) {
    const message = `found ${namespace}; the cluster that is taken over has ${source.sandbox.workloadNamespace}`;
    problems.push({ path: 'agentSandbox.namespace', message });
  }
  if (JSON.stringify(asked.workloadCommand) !== JSON.stringify(source.workloadCommand)) {
    const key = spec.load.workloadCommand === null ? 'workloadDuration' : 'workloadCommand';
    const asks = spec.load[key];
    const found = typeof asks === 'string' ? asks : JSON.stringify(asks);
    const message = `found ${found}; what may run in the sandboxes was settled with the cluster that is taken over`;
    problems.push({ path: `load.${key}`, message });
  }
  if (problems.length > 0) throw new InvalidSpecError(problems);
}
