import type { Owner } from '../../domain/names.ts';
import { ownedName } from '../../domain/names.ts';
import type { SandboxNames } from '../../domain/plan.ts';
import type { Work } from '../../domain/work.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { AgentSandbox } from '../agent-sandbox.ts';
import { removeClaims } from './claims.ts';
import { controllerMetricsText } from './controller-evidence.ts';
import { evidenceSources } from './evidence.ts';
import { install } from './install.ts';
import { installedVersion } from './installed-version.ts';
import { readManifestsFolder } from './manifests-folder.ts';
import { namesByLabel } from './names-by-label.ts';
import { pinnedDigest } from './release.ts';
import { isRolledOut } from './rollout.ts';
import { takeOver } from './take-over.ts';
import { uninstall } from './uninstall.ts';
import { verifyInstallation } from './verify-installation.ts';
import { fillWarmPool, removeWarmPool } from './warm-pool.ts';
import { installWorkload, removeWorkload } from './workload.ts';

/** Both fixed by agent-sandbox's manifests: RBAC and the webhook's Service name them. */
const SYSTEM_NAMESPACE = 'agent-sandbox-system';
const CONTROLLER = 'agent-sandbox-controller';

/** After so long an undo names what is stuck and ends its attempt; until the spec's deadline it is tried again. */
const REMOVAL_TIMEOUT_MS = 120_000;

/** The world of the resource. */
export interface KubernetesAgentSandboxDeps {
  /** The release's `k8s/` folder, got from wherever it is. */
  manifestsFolder: (version: string, work: Work) => Promise<string>;
  /** How long one attempt waits for what it removes; 2 minutes unless set. */
  removalTimeoutMs?: number;
}

type OwnNames = Omit<SandboxNames, 'workloadNamespace' | 'install'>;

/** The names that the owner alone gives. */
function namesOf(owner: Owner): OwnNames {
  // Warm sandboxes and their pods are named after the pool, with a suffix: short, so that it stays a label.
  const name = `st-${owner}`;
  return { type: 'Kubernetes', systemNamespace: SYSTEM_NAMESPACE, template: name, warmPool: name };
}

/** agent-sandbox installed from its release's manifests, through the Kubernetes API alone. */
export function createKubernetesAgentSandbox(deps: KubernetesAgentSandboxDeps): AgentSandbox {
  const timeoutMs = deps.removalTimeoutMs ?? REMOVAL_TIMEOUT_MS;
  return {
    type: 'Kubernetes',
    plan({ agentSandbox }, runName, owner) {
      const { install, controllerNamespace, namespace } = agentSandbox;
      if (install === 'own') pinnedDigest(agentSandbox);
      return {
        ...namesOf(owner),
        install,
        ...(install === 'own' ? {} : { systemNamespace: controllerNamespace }),
        workloadNamespace: namespace ?? ownedName(runName, owner),
      };
    },
    namesByLabel: (kube, owner, work) => namesByLabel(kube, namesOf(owner), owner, work.signal),
    async install(target, work) {
      if (target.plan.sandbox.install === 'useExisting') return verifyInstallation(target, CONTROLLER, work);
      const { version } = target.spec.agentSandbox;
      pinnedDigest(target.spec.agentSandbox);
      const folder = await deps.manifestsFolder(version, work);
      return install(target, await readManifestsFolder(folder), work);
    },
    installWorkload,
    fillWarmPool,
    uninstall: (target, work) => uninstall(target, timeoutMs, work),
    removeWorkload: (target, work) => removeWorkload(target, timeoutMs, work),
    removeWarmPool: (target, work) => removeWarmPool(target, timeoutMs, work),
    removeClaims: (target, work) => removeClaims(target, timeoutMs, work),
    takeOver,
    async describe({ kube, plan }, work) {
      const deployment = await kube.get(RESOURCES.Deployment, CONTROLLER, {
        namespace: plan.sandbox.systemNamespace,
        signal: work.signal,
      });
      if (deployment === null) return null;
      return { version: installedVersion(deployment), available: isRolledOut(deployment) };
    },
    controllerMetrics: ({ kube, plan }, work) =>
      controllerMetricsText(kube, plan.sandbox.systemNamespace, work),
    evidence: evidenceSources,
  };
}
