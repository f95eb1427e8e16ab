import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvidenceSource } from '../../src/domain/evidence.ts';
import type { Work } from '../../src/domain/work.ts';
import { connect } from '../../src/kubernetes/connect.ts';
import type { KubeClient, KubeObject } from '../../src/kubernetes/kube-client.ts';
import { localClusters } from '../../src/providers/local/local-clusters.ts';
import { createLocalProvider } from '../../src/providers/local/local-provider.ts';
import type { ClusterAccess, RunningController } from '../../src/providers/provider.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import { planFor, specWith } from '../providers/sample-run.ts';

/** A real control plane with fake nodes, for the tests of one file. */
export interface ControlPlane {
  access: ClusterAccess;
  /** In the environment of each of its processes. */
  clusterName: string;
  /** Closed by `stop`. */
  kube: KubeClient;
  readonly runDeployment: (deployment: KubeObject, work: Work) => Promise<RunningController>;
  /** What the provider has to tell of it. */
  readonly evidence: () => Promise<EvidenceSource[]>;
  stop(): Promise<void>;
}

/**
 * Starts one in a state folder of its own; the name tells it apart in a list of processes. Pods of the namespace
 * `workload` may execute the command, where one is given.
 */
export async function startControlPlane(
  name: string,
  workloadCommand: string[] | null = null,
): Promise<ControlPlane> {
  const work: Work = { signal: AbortSignal.timeout(10 * 60_000), progress: () => undefined };
  const stateFolder = await mkdtemp(join(tmpdir(), 'sandtide-plane-'));
  const stop = async () => {
    const clusters = localClusters(stateFolder);
    for (const { handle, owner } of await clusters.list(work)) await clusters.remove(handle, owner, work);
    await rm(stateFolder, { recursive: true, force: true });
  };
  try {
    const home = (workflowId: string) => ({ kind: 'embedded' as const, sessionId: 'test', workflowId });
    const provider = createLocalProvider({ toolchain: createToolchain(), stateFolder, home });
    const spec = specWith();
    const plan = planFor(provider, spec, name, '00000000c0', workloadCommand);
    await provider.ensure(plan, spec, work);
    const access = await provider.credentials(plan.cluster, work);
    const kube = connect(access);
    return {
      access,
      clusterName: plan.cluster.name,
      kube,
      runDeployment: async (deployment, during) => provider.runDeployment!(plan.cluster, deployment, during),
      evidence: async () => provider.evidence!(plan.cluster, work),
      async stop() {
        await kube.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
