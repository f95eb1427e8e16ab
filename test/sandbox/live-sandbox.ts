import { connect } from '../../src/kubernetes/connect.ts';
import type { Work } from '../../src/domain/work.ts';
import type { KubeClient, KubeObject } from '../../src/kubernetes/kube-client.ts';
import type { SandboxTarget } from '../../src/sandbox/agent-sandbox.ts';
import { createAgentSandboxTypes } from '../../src/sandbox/registry.ts';
import type { RunSpec } from '../../src/spec/schema.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import { startControlPlane } from '../support/control-plane.ts';
import { MINUTE } from './live-claims.ts';
import { samplePlan, sampleSpec } from './sample-plan.ts';

export const POOL = 3;
export const said: string[] = [];
export const work: Work = {
  signal: AbortSignal.timeout(5 * MINUTE),
  progress: (message) => said.push(message),
};
const toolchain = createToolchain();
const manifestsFolder = (version: string, work: Work) => toolchain.agentSandboxManifests(version, work);
export const sandbox = createAgentSandboxTypes({ manifestsFolder, removalTimeoutMs: MINUTE })('Kubernetes');
/** Names what is stuck after half a second. */
export const impatient = createAgentSandboxTypes({ manifestsFolder, removalTimeoutMs: 500 })('Kubernetes');

/** A small pool, and a RuntimeClass. */
export const specOf = (replicas: number): RunSpec =>
  sampleSpec({ warmPool: { replicas, readyTimeout: '60s' }, template: { runtimeClass: 'runsc' } });

/** A control plane and two runs that would use it. */
export interface LiveSandbox {
  kube: KubeClient;
  ours: SandboxTarget;
  theirs: SandboxTarget;
  stop(): Promise<void>;
}

/** Starts a control plane of that name; nothing is installed in it. */
export async function startLiveSandbox(name: string): Promise<LiveSandbox> {
  const plane = await startControlPlane(name);
  const kube = connect(plane.access);
  const spec = specOf(POOL);
  const shared = {
    kube,
    spec,
    inClusterWebhooks: false,
    runDeployment: (deployment: KubeObject, during: Work) => plane.runDeployment(deployment, during),
  };
  return {
    kube,
    ours: { ...shared, plan: samplePlan(spec, '0123456789') },
    theirs: { ...shared, plan: samplePlan(spec, '9876543210') },
    async stop() {
      await kube.close();
      await plane.stop();
    },
  };
}
