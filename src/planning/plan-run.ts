import { makePlan } from '../domain/make-plan.ts';
import type { Owner, RunIdentity } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import { commandOf } from '../load/workload.ts';
import type { ClusterProvider } from '../providers/provider.ts';
import type { AgentSandbox } from '../sandbox/agent-sandbox.ts';
import type { RunSpec } from '../spec/schema.ts';

/** Who derives names; both touch nothing. */
export interface Namers {
  provider(type: string): Pick<ClusterProvider, 'plan' | 'capabilities'>;
  agentSandbox(type: string): Pick<AgentSandbox, 'plan'>;
}

/** What a spec asks for, by name, before anybody looks at what stands already. */
export type AskedNames = Pick<Plan, 'cluster' | 'sandbox' | 'workloadCommand'>;

export function askedNames(spec: RunSpec, runName: string, owner: Owner, namers: Namers): AskedNames {
  const provider = namers.provider(spec.provider.type);
  return {
    cluster: provider.plan(spec, runName, owner),
    sandbox: namers.agentSandbox(spec.agentSandbox.type).plan(spec, runName, owner),
    workloadCommand: commandOf(spec.load, provider.capabilities.execOnHost),
  };
}

/** A run's plan, from its spec, its identity and its names; `from` may name what another run has made. */
export function planRun(
  spec: RunSpec,
  run: { identity: RunIdentity; owner: Owner; startedAtMs: number },
  from: AskedNames & Pick<Plan, 'takenFrom'>,
  namers: Namers,
): Plan {
  const { disposable } = namers.provider(spec.provider.type).capabilities;
  return makePlan({
    identity: run.identity,
    owner: run.owner,
    cluster: from.cluster,
    takenFrom: from.takenFrom,
    sandbox: from.sandbox,
    disposable,
    borrowed: !disposable,
    lease: spec.limits.lease,
    leaseCap: spec.limits.leaseCap,
    nowMs: run.startedAtMs, // not the clock: a second attempt must make the same plan
    workloadCommand: from.workloadCommand,
    totalClaims: totalOf(spec),
    warmPoolReplicas: spec.agentSandbox.warmPool.replicas,
  });
}

/** How many claims a spec asks for; null for a closed loop, which sends what its time allows. */
export function totalOf({ load }: RunSpec): number | null {
  return load.arrivals.shape === 'closedLoop' ? null : load.total;
}

/** Nodes by pool that the spec asks for. */
export function nodesOf({ provider }: RunSpec): Record<string, number> {
  if (!('pools' in provider)) return {};
  return Object.fromEntries(Object.entries(provider.pools).map(([pool, { nodes }]) => [pool, nodes]));
}
