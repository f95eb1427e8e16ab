import { durationMs, formatDuration } from '../domain/durations.ts';
import type { SandtideError } from '../domain/errors.ts';
import { HappenedError } from '../domain/errors.ts';
import type { Finding } from './finding.ts';
import { ok, problem, warning } from './finding.ts';

/** What was seen of the cluster that a spec of provider `existing` means. */
export interface ContextSeen {
  kubernetesVersion: string;
  /** `create pods`, of so many that were asked about. */
  missingRights: readonly string[];
  rights: number;
  /** The manifest that grants them. */
  role: string;
  /** Nodes that are ready and take pods, and those of them that sandboxes may go to. */
  nodes: { usable: number; fitting: number };
  /** Until when they are good, in epoch milliseconds; null where they don't say. */
  credentials: { untilMs: number | null; renewed: boolean };
}

/** The cluster was reached. `lease` is how long a run of the spec may take. */
export function judgeContext(context: string, seen: ContextSeen, lease: string, nowMs: number): Finding[] {
  return [
    ok('cluster', `context ${context} answers, Kubernetes ${seen.kubernetesVersion}`),
    judgeRights(seen),
    judgeNodes(seen),
    judgeCredentials(seen.credentials, lease, nowMs),
  ];
}

function judgeRights({ missingRights, rights, role }: ContextSeen): Finding {
  if (missingRights.length === 0) return ok('rights', `all ${rights} that a run of the spec needs`);
  const says = `${missingRights.length} of ${rights} are missing: ${missingRights.join(', ')}`;
  return problem('rights', says, `bind the role of ${role} to the context's user`);
}

function judgeNodes({ nodes: { usable, fitting }, missingRights }: ContextSeen): Finding {
  const check = 'nodes';
  if (missingRights.includes('list nodes'))
    return warning(check, 'they may not be listed', 'grant the right above first');
  if (usable === 0) return problem(check, 'none is ready and takes pods', 'add nodes to the cluster');
  const says = `${usable} take pods, ${fitting} of them have the labels that sandboxes need`;
  if (fitting > 0) return ok(check, says);
  return problem(check, says, 'label nodes so, or change agentSandbox.template.nodeSelector');
}

function judgeCredentials(
  { untilMs, renewed }: ContextSeen['credentials'],
  lease: string,
  nowMs: number,
): Finding {
  const check = 'credentials';
  if (renewed) return ok(check, 'a program gives new ones when they end');
  if (untilMs === null) return ok(check, 'they do not say when they end');
  const left = untilMs - nowMs;
  if (left <= 0)
    return problem(
      check,
      `they ended ${new Date(untilMs).toISOString()}`,
      'get new ones into the kubeconfig',
    );
  // In whole seconds, or whole hours where it is days: nobody needs more of it.
  const unitMs = left < 86_400_000 ? 1000 : 3_600_000;
  const says = `good for ${formatDuration(Math.max(1, Math.floor(left / unitMs)) * unitMs)}`;
  if (left >= durationMs(lease)) return ok(check, says);
  const next = `get longer ones, or new ones into the kubeconfig in time: a run may take ${lease}, its teardown more`;
  return warning(check, says, next);
}

/** Of a cluster on this machine: its programs decide, which were looked at already. */
export function judgeLocal(programs: Finding): Finding {
  return { ...programs, check: 'cluster', says: `local: ${programs.says}` };
}

/** The program kind answers, and so does the container runtime that it asks. */
export function judgeKind(version: string, clusters: number): Finding {
  const many = `${clusters} cluster${clusters === 1 ? '' : 's'}`;
  return ok('cluster', `kind ${version}; its container runtime answers, with ${many}`);
}

/** What was looked at is not there or doesn't answer, in the error's own words. */
export function judgeFailure(check: string, error: SandtideError): Finding {
  if (error instanceof HappenedError) return problem(check, error.happened, error.next);
  return problem(check, error.message, 'mend it, and ask the doctor again');
}
