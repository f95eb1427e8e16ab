import type { ClusterHandle, Plan } from '../../domain/plan.ts';
import type { Work } from '../../domain/work.ts';
import type { KubeClient } from '../../kubernetes/kube-client.ts';
import type { RunSpec } from '../../spec/schema.ts';
import type { ClusterDetails } from '../provider.ts';
import { checkRights } from './check-rights.ts';
import type { ExistingProviderDeps } from './existing-provider.ts';
import { rememberRun } from './known-runs.ts';
import { refuseNoNodes, usableNodes } from './nodes.ts';
import { placeAt } from './place.ts';
import { rightsNeeded } from './rights.ts';
import { takeHold } from './take-hold.ts';
import { kubernetesVersion } from './version.ts';
import { withContext } from './with-context.ts';

/** The manifests of the roles, as the package holds them. */
export const ROLES = {
  own: 'deploy/rbac/existing-own.yaml',
  useExisting: 'deploy/rbac/existing-use-existing.yaml',
} satisfies Record<RunSpec['agentSandbox']['install'], string>;

/**
 * Looks whether the cluster can be reached, is new enough, has nodes for the sandboxes and grants every right that the
 * run needs; then holds it. Nothing is made before all of that is known.
 */
export async function ensureCluster(
  { stateFolder, env = process.env, home }: ExistingProviderDeps,
  plan: Plan,
  spec: RunSpec,
  work: Work,
): Promise<ClusterDetails> {
  const place = placeAt(plan.cluster.location);
  const { context } = place;
  const { install, template } = spec.agentSandbox;
  return withContext(place, env, async (kube) => {
    await kubernetesVersion(kube, context, work.signal);
    const rights = rightsNeeded({
      install,
      workload: plan.workloadCommand !== null,
      runtimeClass: template.runtimeClass !== null,
    });
    await checkRights(kube, rights, { context, role: ROLES[install] }, work.signal);
    refuseNoNodes(await usableNodes(kube, work.signal), template.nodeSelector, context);
    const whose = home(plan.identity.workflowId);
    // Known before it is held: whoever is cut off in between has told the sweep where to look.
    await rememberRun(stateFolder, {
      handle: plan.cluster,
      owner: plan.owner,
      runName: plan.runName,
      home: whose,
    });
    await takeHold(kube, { plan, home: whose, context }, work.signal);
    work.progress(`holding the cluster of context ${context}`);
    const details = await describeCluster(kube, plan.cluster, work);
    work.progress(`${details.nodes['usable'] ?? 0} nodes take pods`);
    return details;
  });
}

/** The cluster as it is now. */
export async function describeCluster(
  kube: KubeClient,
  handle: ClusterHandle,
  work: Work,
): Promise<ClusterDetails> {
  const { context } = placeAt(handle.location);
  const version = await kubernetesVersion(kube, context, work.signal);
  const nodes = await usableNodes(kube, work.signal);
  return {
    handle,
    kubernetesVersion: version,
    nodes: { usable: nodes.length },
    components: { 'kube-apiserver': version },
    flags: {},
  };
}
