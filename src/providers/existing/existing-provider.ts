import { UnworkableError } from '../../domain/errors.ts';
import type { Owner } from '../../domain/names.ts';
import { ownedName } from '../../domain/names.ts';
import type { ClusterHandle, Plan } from '../../domain/plan.ts';
import type { Work } from '../../domain/work.ts';
import type { KubeClient } from '../../kubernetes/kube-client.ts';
import type { ClusterDetails, ClusterHome, ClusterProvider } from '../provider.ts';
import { providerSpec } from '../provider-spec.ts';
import { describeCluster, ensureCluster } from './ensure-cluster.ts';
import type { ExistingClustersDeps } from './existing-clusters.ts';
import { letGo, listHolds, listLeft } from './existing-clusters.ts';
import type { Hold } from './hold.ts';
import { readHold, writeHold } from './hold.ts';
import { rememberRun } from './known-runs.ts';
import { leftBehind } from './left-behind.ts';
import { locationOf, placeAt } from './place.ts';
import { holdOfHandle, refuseStranger } from './take-hold.ts';
import { withContext } from './with-context.ts';

/** The world of the provider. */
export interface ExistingProviderDeps extends ExistingClustersDeps {
  /** Where the run of that workflow id lives. */
  home: (workflowId: string) => ClusterHome;
}

/**
 * A cluster of the user's own, held for the length of the run and never created nor deleted. What the handle names is
 * the run's part of it.
 */
export function createExistingProvider(deps: ExistingProviderDeps): ClusterProvider {
  const { env = process.env, stateFolder, home } = deps;
  const inside = <T>(
    handle: ClusterHandle,
    act: (kube: KubeClient, context: string, kubeconfig: string) => Promise<T>,
  ) => {
    const place = placeAt(handle.location);
    return withContext(place, env, (kube, kubeconfig) => act(kube, place.context, kubeconfig));
  };
  /** Writes the plan over the hold that has its handle, if there is one and `mayWrite` lets it. */
  const rewrite = (plan: Plan, mayWrite: (hold: Hold, context: string) => boolean, work: Work) =>
    inside(plan.cluster, async (kube, context) => {
      const hold = holdOfHandle(await readHold(kube, work.signal), plan.cluster);
      if (hold === null || !mayWrite(hold, context)) return;
      const whose = home(plan.identity.workflowId);
      await writeHold(kube, hold, plan, whose, work.signal);
      await rememberRun(stateFolder, {
        handle: plan.cluster,
        owner: plan.owner,
        runName: plan.runName,
        home: whose,
      });
    });

  return {
    type: 'existing',
    capabilities: { disposable: false, pullsImages: true, inClusterWebhooks: true, execOnHost: false },
    plan: (spec, runName, owner) => ({
      provider: 'existing',
      name: ownedName(runName, owner),
      location: locationOf(providerSpec('existing', spec)),
    }),
    ensure: (plan, spec, work) => ensureCluster(deps, plan, spec, work),
    describe: (handle, work) =>
      inside(handle, async (kube, context): Promise<ClusterDetails | null> =>
        (await isOurs(kube, handle, context, work)) ? describeCluster(kube, handle, work) : null,
      ),
    credentials: (handle, work) =>
      inside(handle, async (kube, context, kubeconfig) => {
        // Each activity looks whether the run still holds the cluster, before it does anything in it.
        if (await isOurs(kube, handle, context, work)) return { kubeconfig, expiresAtMs: null };
        throw new UnworkableError({
          object: `cluster ${handle.name}`,
          what: `the cluster of context ${context} is not held for it (any more)`,
          next: 'let the run begin again with create-cluster, which holds it',
        });
      }),
    renewLease: (plan, work) =>
      rewrite(
        plan,
        (hold, context) => {
          refuseStranger(hold, plan.owner, context);
          return true;
        },
        work,
      ),
    takeOver: (plan, from, work) =>
      rewrite(
        plan,
        (hold, context) => {
          if (hold.owner === plan.owner) return false;
          refuseStranger(hold, from, context);
          return true;
        },
        work,
      ),
    remove: (handle, owner, work) => letGo(deps, handle, owner, work),
    list: (work) => listHolds(deps, work),
    leftovers: (owner, work, handle) => listLeft(deps, owner, handle, work),
  };
}

/** Held with this handle; or somebody has taken the Lease away, and there is something of the run in the cluster. */
async function isOurs(
  kube: KubeClient,
  handle: ClusterHandle,
  context: string,
  { signal }: Work,
): Promise<boolean> {
  if (holdOfHandle(await readHold(kube, signal), handle) !== null) return true;
  return (await leftBehind(kube, ownerIn(handle), context, signal)).length > 0;
}

/** The owner that the handle's name ends in. */
function ownerIn({ name }: ClusterHandle): Owner {
  return name.slice(name.lastIndexOf('-') + 1);
}
