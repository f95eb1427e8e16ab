import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makePlan } from '../../src/domain/make-plan.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Work } from '../../src/domain/work.ts';
import { connect } from '../../src/kubernetes/connect.ts';
import type { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { waitFor } from '../../src/kubernetes/wait.ts';
import { runWindow } from '../../src/load/run-window.ts';
import type { WindowDeps } from '../../src/load/run-window.ts';
import { summarise } from '../../src/measure/summarise.ts';
import type { WindowResult } from '../../src/measure/window-result.ts';
import { createAgentSandboxTypes } from '../../src/sandbox/registry.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import type { RunSpec } from '../../src/spec/schema.ts';
import { startControlPlane } from '../support/control-plane.ts';
import { accounted } from './window-samples.ts';

const OWNER = '00000000ab';
const CLAIMS = 20;
const MINUTE = 60_000;
const work: Work = { signal: AbortSignal.timeout(5 * MINUTE), progress: () => undefined };
const sandbox = createAgentSandboxTypes({
  manifestsFolder: async (version) =>
    join(homedir(), '.cache/sandtide/tools/agent-sandbox-manifests', version),
  removalTimeoutMs: MINUTE,
})('Kubernetes');

function sampleSpec(): RunSpec {
  return resolveSpec({
    load: { qps: 10, total: CLAIMS, readyTimeout: '60s' },
    agentSandbox: { warmPool: { replicas: CLAIMS, readyTimeout: '60s' } },
  });
}

describe('a window of claims on a real control plane', { timeout: 5 * MINUTE }, () => {
  const spec = sampleSpec();
  let plane: Awaited<ReturnType<typeof startControlPlane>>;
  let kube: KubeClient;
  let plan: Plan;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandtide-window-'));
    plane = await startControlPlane('window');
    kube = connect(plane.access);
    plan = makePlan({
      identity: { namespace: 'default', workflowId: 'window', firstExecutionRunId: 'run-1' },
      owner: OWNER,
      cluster: { provider: 'local', name: 'window', location: 'here' },
      sandbox: sandbox.plan(spec, 'window', OWNER),
      disposable: true,
      lease: '1h',
      nowMs: Date.now(),
      workloadCommand: null,
      totalClaims: CLAIMS,
      warmPoolReplicas: CLAIMS,
    });
    const target = { kube, plan, spec, inClusterWebhooks: false, runDeployment: plane.runDeployment };
    await sandbox.install(target, work);
    await sandbox.installWorkload(target, work);
    await sandbox.fillWarmPool(target, work);
  });
  after(async () => {
    await kube?.close();
    await plane?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (windowIndex: number, changes: Partial<WindowDeps> = {}): Promise<WindowResult> =>
    runWindow(
      { plan, load: spec.load, windowIndex, firstIndex: 0, arrivals: CLAIMS },
      {
        kube,
        folder: join(folder, String(windowIndex)),
        host: 'here',
        activity: 'run-1/7',
        attempt: 1,
        resume: null,
        heartbeat: () => undefined,
        signal: work.signal,
        ...changes,
      },
    );
  const claimsLeft = async (): Promise<number> => {
    const { items } = await kube.list(RESOURCES.SandboxClaim, { namespace: plan.sandbox.workloadNamespace });
    return items.length;
  };

  it('gives every claim a warm sandbox, measures it whole, and deletes it, over few connections', async () => {
    const result = await run(0);
    assert.equal(result.counts.ready, CLAIMS);
    assert.equal(result.counts.warm, CLAIMS);
    assert.ok(accounted(result));
    assert.deepEqual(result.errors, {});
    const { latency } = summarise([result], spec.load);
    for (const series of [
      'dueToReady',
      'sentToAcknowledged',
      'sentToBound',
      'sentToReady',
      'sentToReleased',
    ] as const) {
      assert.equal(latency[series]?.warm?.count, CLAIMS, series);
    }
    // Three calls a claim; a connection for each claim would be a connection that some call does not give back.
    const { connectionsOpened } = result.generator;
    assert.ok(connectionsOpened < CLAIMS / 2, `${connectionsOpened} connections`);
    assert.equal(await claimsLeft(), 0);
  });

  it('starts every claim cold where the pool is empty, and tells so', async () => {
    const { warmPool, workloadNamespace: namespace } = plan.sandbox;
    await kube.mergePatch(RESOURCES.SandboxWarmPool, warmPool, { spec: { replicas: 0 } }, { namespace });
    await waitFor(kube, RESOURCES.Sandbox, { namespace }, (left) => left.length === 0, { timeoutMs: MINUTE });
    const result = await run(1);
    assert.equal(result.counts.ready, CLAIMS);
    assert.equal(result.counts.cold, CLAIMS);
    assert.equal(await claimsLeft(), 0);
  });

  it('a window whose driver was stopped is finished by the next attempt, every claim accounted for', async () => {
    const stopping = new AbortController();
    const gone = new Error('this worker is gone');
    let startedAtMs = 0;
    const heartbeat: WindowDeps['heartbeat'] = (position) => {
      startedAtMs = position.startedAtMs;
    };
    // It goes the moment its eighth claim is there, so that this one at least is left behind.
    let created = 0;
    const dying: KubeClient = Object.create(kube, {
      create: {
        value: async (...call: Parameters<KubeClient['create']>) => {
          const claim = await kube.create(...call);
          created += 1;
          if (created === 8) stopping.abort(gone);
          return claim;
        },
      },
    });
    await assert.rejects(run(2, { kube: dying, signal: stopping.signal, heartbeat }), gone);
    assert.ok((await claimsLeft()) > 0);
    const result = await run(2, { attempt: 2, resume: { startedAtMs, attempt: 1 } });
    assert.ok(accounted(result));
    assert.equal(result.counts.unknown + result.counts.failed + result.counts.timedOut, 0);
    assert.ok(result.counts.ready >= 8);
    assert.equal(await claimsLeft(), 0);
  });

  it('the warm pool that is not there leaves every claim timed out for that very reason', async () => {
    const lost = { ...plan, sandbox: { ...plan.sandbox, warmPool: 'no-such-pool' } };
    const load = { ...spec.load, readyTimeout: '2s', total: 3 };
    const result = await runWindow(
      { plan: lost, load, windowIndex: 3, firstIndex: 0, arrivals: 3 },
      {
        kube,
        folder: join(folder, '3'),
        host: 'here',
        activity: 'run-1/7',
        attempt: 1,
        resume: null,
        heartbeat: () => undefined,
        signal: work.signal,
      },
    );
    assert.deepEqual(result.errors, { 'ReadyTimeout: WarmPoolNotFound': 3 });
    assert.equal(await claimsLeft(), 0);
  });
});
