import { durationMs } from '../../domain/durations.ts';
import { credentialsLife } from '../../kubernetes/credentials-life.ts';
import type { RunSpec } from '../../spec/schema.ts';
import { providerSpec } from '../provider-spec.ts';
import { missingRights } from './check-rights.ts';
import { ROLES } from './ensure-cluster.ts';
import { fits, usableNodes } from './nodes.ts';
import { rightsNeeded, rightText } from './rights.ts';
import { kubernetesVersion } from './version.ts';
import { withContext } from './with-context.ts';

/** What a run of a spec would find at its context. */
export interface ContextFacts {
  kubernetesVersion: string;
  /** `create pods`, of so many that were asked about. */
  missingRights: string[];
  rights: number;
  /** The manifest that grants them. */
  role: string;
  /** Nodes that are ready and take pods, and those of them that sandboxes may go to. */
  nodes: { usable: number; fitting: number };
  credentials: { untilMs: number | null; renewed: boolean };
}

/** Looks at all that a run asks before it begins, and makes nothing. Throws as a run's first step does. */
export async function lookAtContext(
  spec: RunSpec,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ContextFacts> {
  const place = providerSpec('existing', spec);
  const { install, template } = spec.agentSandbox;
  const { workloadCommand, workloadDuration } = spec.load;
  return withContext(place, env, async (kube, kubeconfig) => {
    const version = await kubernetesVersion(kube, place.context, signal);
    const rights = rightsNeeded({
      install,
      workload: workloadCommand !== null || durationMs(workloadDuration) > 0,
      runtimeClass: template.runtimeClass !== null,
    });
    const missing = await missingRights(kube, rights, signal);
    const mayListNodes = !missing.some(({ verb, resource }) => verb === 'list' && resource === 'nodes');
    const nodes = mayListNodes ? await usableNodes(kube, signal) : [];
    return {
      kubernetesVersion: version,
      missingRights: missing.map(rightText),
      rights: rights.length,
      role: ROLES[install],
      nodes: {
        usable: nodes.length,
        fitting: nodes.filter((node) => fits(node.metadata.labels ?? {}, template.nodeSelector)).length,
      },
      credentials: await credentialsLife(kubeconfig, signal),
    };
  });
}
