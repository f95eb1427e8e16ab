import { durationMs } from './durations.ts';
import type { Owner, RunIdentity } from './names.ts';
import { ownerLabels } from './names.ts';
import type { ClusterHandle, Plan, PlannedStep, SandboxNames, StepId, TakenFrom } from './plan.ts';

/** What a plan is made from: names that provider and resource derived from spec and owner, touching nothing. */
export interface PlanParts {
  identity: RunIdentity;
  owner: Owner;
  cluster: ClusterHandle;
  /** The run that has kept this cluster, where it is taken over. */
  takenFrom?: TakenFrom | null;
  sandbox: SandboxNames;
  /** Removing the cluster takes everything in it along. */
  disposable: boolean;
  /** The cluster is somebody's: the run holds it and gives it back. Unless given, the run makes and removes it. */
  borrowed?: boolean;
  lease: string;
  /** From the same moment as the lease: until when it can be extended at most; the lease itself unless given. */
  leaseCap?: string;
  nowMs: number;
  workloadCommand: string[] | null;
  /** Null where nobody knows: a closed loop. */
  totalClaims: number | null;
  warmPoolReplicas: number;
}

/** All steps with their names and undos, before anything exists. */
export function makePlan(parts: PlanParts): Plan {
  const { identity, owner, cluster, sandbox } = parts;
  const runName = identity.workflowId;
  const takenFrom = parts.takenFrom ?? null;
  const secondsAfter = (duration: string) => Math.ceil((parts.nowMs + durationMs(duration)) / 1000);
  const leaseUntilSeconds = secondsAfter(parts.lease);
  const absorbedBy = parts.disposable ? 'cluster' : null;
  const steps: PlannedStep[] = [
    {
      id: 'cluster',
      stage: 'create-cluster',
      ...clusterTitles(parts),
      absorbedBy: null,
    },
    {
      id: 'agent-sandbox',
      stage: 'install-agent-sandbox',
      ...installationTitles(sandbox),
      absorbedBy,
    },
    {
      id: 'workload',
      stage: 'install-agent-sandbox',
      title: `create namespace ${sandbox.workloadNamespace} and template ${sandbox.template}`,
      undoTitle: `delete template ${sandbox.template} and namespace ${sandbox.workloadNamespace}`,
      absorbedBy,
    },
    {
      id: 'warm-pool',
      stage: 'install-agent-sandbox',
      title: warmPoolTitle(sandbox, parts.warmPoolReplicas),
      undoTitle: `delete warm pool ${sandbox.warmPool}`,
      absorbedBy,
    },
    {
      id: 'claims',
      stage: 'run-claims',
      title: claimsTitle(parts.totalClaims),
      undoTitle: 'delete every claim of this run',
      absorbedBy,
    },
  ];
  return {
    runName,
    owner,
    identity,
    leaseUntilSeconds,
    leaseCapSeconds: secondsAfter(parts.leaseCap ?? parts.lease),
    labels: ownerLabels(runName, owner, leaseUntilSeconds),
    cluster,
    takenFrom,
    sandbox,
    workloadCommand: parts.workloadCommand,
    steps,
  };
}

/** A cluster that isn't the run's own is held by a Lease, and given back. */
function clusterTitles({ cluster, takenFrom, borrowed = false }: PlanParts): {
  title: string;
  undoTitle: string;
} {
  const { name, provider } = cluster;
  const undoTitle = borrowed ? `give cluster ${name} back` : `delete cluster ${name}`;
  if (takenFrom) {
    return { title: `take cluster ${name} (${provider}) over from ${takenFrom.runName}`, undoTitle };
  }
  return { title: `${borrowed ? 'hold' : 'create'} cluster ${name} (${provider})`, undoTitle };
}

/** The plan with the titles of steps whose numbers have changed since it was made; its names stay. */
export function retitled(
  plan: Plan,
  numbers: { totalClaims: number | null; warmPoolReplicas: number },
): Plan {
  const titles: Partial<Record<StepId, string>> = {
    'warm-pool': warmPoolTitle(plan.sandbox, numbers.warmPoolReplicas),
    claims: claimsTitle(numbers.totalClaims),
  };
  return { ...plan, steps: plan.steps.map((step) => ({ ...step, title: titles[step.id] ?? step.title })) };
}

function installationTitles({ install, systemNamespace }: SandboxNames) {
  if (install === 'own') {
    return {
      title: `install agent-sandbox in ${systemNamespace}`,
      undoTitle: `uninstall agent-sandbox from ${systemNamespace}`,
    };
  }
  return {
    title: `verify the agent-sandbox that is in ${systemNamespace}`,
    undoTitle: `leave the agent-sandbox in ${systemNamespace} as it is`,
  };
}

function warmPoolTitle({ warmPool }: SandboxNames, replicas: number): string {
  return `fill warm pool ${warmPool} with ${replicas} sandboxes`;
}

function claimsTitle(total: number | null): string {
  return total === null ? 'run claims in a closed loop' : `run ${total} claims`;
}
