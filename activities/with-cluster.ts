import type { Plan } from '../src/domain/plan.ts';
import type { Work } from '../src/domain/work.ts';
import type { SandboxTarget } from '../src/sandbox/agent-sandbox.ts';
import type { RunSpec } from '../src/spec/schema.ts';
import type { ActivityDeps } from './deps.ts';

/**
 * Fetches credentials, connects, lets `body` work on the cluster with all that a forward step needs, and closes: no
 * credential outlives the call.
 */
export async function withCluster<T>(
  deps: ActivityDeps,
  { plan, spec }: { plan: Plan; spec: RunSpec },
  work: Work,
  body: (target: SandboxTarget) => Promise<T>,
): Promise<T> {
  const provider = deps.provider(plan.cluster.provider);
  const runDeployment = provider.runDeployment?.bind(provider, plan.cluster) ?? null;
  const { inClusterWebhooks } = provider.capabilities;
  const kube = deps.connect(await provider.credentials(plan.cluster, work));
  try {
    return await body({ kube, plan, spec, inClusterWebhooks, runDeployment });
  } finally {
    await kube.close();
  }
}
