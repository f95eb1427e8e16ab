import type { Plan } from '../src/domain/plan.ts';
import type { Work } from '../src/domain/work.ts';
import type { KubeClient } from '../src/kubernetes/kube-client.ts';
import type { SandboxTarget } from '../src/sandbox/agent-sandbox.ts';
import type { RunSpec } from '../src/spec/schema.ts';
import type { ActivityDeps } from './deps.ts';

/** Fetches credentials, connects, lets `body` work on the cluster, and closes: no credential outlives the call. */
export async function withConnection<T>(
  deps: ActivityDeps,
  plan: Plan,
  work: Work,
  body: (kube: KubeClient) => Promise<T>,
): Promise<T> {
  const kube = deps.connect(await deps.provider(plan.cluster.provider).credentials(plan.cluster, work));
  try {
    return await body(kube);
  } finally {
    await kube.close();
  }
}

/** The same, with all that a forward step needs. */
export function withCluster<T>(
  deps: ActivityDeps,
  run: { plan: Plan; spec: RunSpec },
  work: Work,
  body: (target: SandboxTarget) => Promise<T>,
): Promise<T> {
  const { plan, spec } = run;
  const provider = deps.provider(plan.cluster.provider);
  const runDeployment = provider.runDeployment?.bind(provider, plan.cluster) ?? null;
  return withConnection(deps, plan, work, (kube) =>
    body({ kube, plan, spec, inClusterWebhooks: provider.capabilities.inClusterWebhooks, runDeployment }),
  );
}
