import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import type { ActivityDeps } from '../../activities/deps.ts';
import { evidenceActivities } from '../../activities/evidence.ts';
import type { CollectedEvidence } from '../../src/domain/evidence.ts';
import { connect } from '../../src/kubernetes/connect.ts';
import type { SandboxTarget } from '../../src/sandbox/agent-sandbox.ts';
import { samplePlan, sampleSpec } from '../sandbox/sample-plan.ts';
import { sandbox, work } from '../sandbox/live-sandbox.ts';
import { startControlPlane } from '../support/control-plane.ts';
import type { ControlPlane } from '../support/control-plane.ts';
import { processesMarked } from '../support/machine.ts';
import { activityEnvironment, runActivity } from '../support/run-activity.ts';

/** No node of any machine has a thousand processors to give. */
const SPEC = sampleSpec({ warmPool: { replicas: 3, readyTimeout: '2s' }, template: { cpuRequest: '1000' } });
const PLAN = samplePlan(SPEC);

describe('the evidence of a pool that never fills, on a real control plane', { timeout: 300_000 }, () => {
  let plane: ControlPlane;
  let base: string;
  let evidence: CollectedEvidence;
  const read = (name: string) => readFile(join(evidence.folder ?? '', name), 'utf8');

  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'sandtide-evidence-'));
    plane = await startControlPlane('evidence');
    const target: SandboxTarget = {
      kube: plane.kube,
      plan: PLAN,
      spec: SPEC,
      inClusterWebhooks: false,
      runDeployment: plane.runDeployment,
    };
    await sandbox.install(target, work);
    await sandbox.installWorkload(target, work);
    await assert.rejects(sandbox.fillWarmPool(target, work), { kind: 'TimedOut' });
    evidence = await collect(60_000);
  });
  after(async () => {
    await plane?.stop();
    await rm(base, { recursive: true, force: true });
  });

  function collect(timeoutMs: number): Promise<CollectedEvidence> {
    const deps = {
      provider: () => ({
        capabilities: { inClusterWebhooks: false },
        credentials: async () => plane.access,
        runDeployment: plane.runDeployment,
        evidence: plane.evidence,
      }),
      agentSandbox: () => sandbox,
      connect,
      baseFolder: base,
      host: 'here',
      nowMs: Date.now,
    };
    const activities = evidenceActivities(deps as unknown as ActivityDeps);
    const request = { plan: PLAN, spec: SPEC, timeoutMs };
    return runActivity(activityEnvironment(), () => activities.collectEvidence(request));
  }

  it('names the pods that no node has room for, and the reason', async () => {
    const { workloadNamespace: namespace, warmPool } = PLAN.sandbox;
    const unready = await read('unready.txt');
    const [, pods = ''] = unready.split(`Pod in ${namespace}: `);
    assert.match(
      pods,
      /^3 of 3 not ready\n {2}PodScheduled=False Unschedulable: .*Insufficient cpu.* \(3 times\)\n/,
    );
    assert.equal(pods.split(`    ${namespace}/${warmPool}-`).length - 1, 3);
    assert.match(
      unready,
      new RegExp(`SandboxWarmPool in ${namespace}: 1 of 1 not ready\n {2}0 of 3 sandboxes ready`),
    );
    assert.match(unready, /^Deployment in agent-sandbox-system: 0 of 1 not ready$/m);
  });

  it('holds the events that say why', async () => {
    assert.match(await read('events.txt'), / Warning FailedScheduling Pod\/st-.*: .*Insufficient cpu/);
  });

  it('holds Deployment, template and pool as they were', async () => {
    const documents = (await read('manifests.yaml')).split(/^---\n/m).slice(1);
    const kinds = documents.map((document) => (parse(document) as { kind: string }).kind);
    assert.deepEqual(kinds, ['Deployment', 'SandboxTemplate', 'SandboxWarmPool']);
    assert.match(documents[1] ?? '', /cpu: "1000"/);
    assert.ok(!documents.join('').includes('managedFields'));
  });

  it('holds logs of everything that ran, and what API server and controller say of themselves', async () => {
    assert.deepEqual(evidence.problems, []);
    assert.deepEqual(
      evidence.files.map(({ name }) => name),
      [
        'agent-sandbox-controller.log',
        'apiserver-metrics.txt',
        'contents.txt',
        'controller-metrics.txt',
        'etcd.log',
        'events.txt',
        'kube-apiserver.log',
        'kube-controller-manager.log',
        'kube-scheduler.log',
        'kwok-controller.log',
        'kwokctl.log',
        'manifests.yaml',
        'unready.txt',
      ],
    );
    assert.match(await read('agent-sandbox-controller.log'), /"logger":"setup"/);
    assert.match(await read('apiserver-metrics.txt'), /^apiserver_request_total\{.*resource="pods"/m);
    assert.match(await read('controller-metrics.txt'), /^controller_runtime_reconcile_total\{/m);
  });

  it('holds nothing of the credentials with which it was read', async () => {
    const kubeconfig = JSON.stringify(parse(plane.access.kubeconfig));
    const secrets = [...kubeconfig.matchAll(/"[a-z-]+-data":"([^"]+)"/g)].map(([, data = '']) => data);
    assert.ok(secrets.length >= 2);
    const lines = secrets.flatMap((data) => Buffer.from(data, 'base64').toString().split('\n'));
    const telling = [...secrets, ...lines.filter((line) => line.length > 40)];
    for (const { name } of evidence.files) {
      const text = await read(name);
      assert.deepEqual(
        telling.filter((secret) => text.includes(secret)),
        [],
        name,
      );
    }
  });

  it('of an API server that answers no more is what needs no answer, and comes all the same', async () => {
    const [server] = processesMarked(plane.clusterName).filter(({ command }) =>
      /kube-apiserver /.test(command),
    );
    assert.ok(server !== undefined);
    process.kill(server.pid, 'SIGSTOP');
    try {
      evidence = await collect(500);
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    const silent = evidence.problems.map((problem) => problem.split(':')[0] ?? '').toSorted();
    assert.deepEqual(silent, ['apiserver-metrics.txt', 'manifests.yaml']);
    assert.match(await read('kube-apiserver.log'), /\S/);
    assert.match(await read('unready.txt'), /Pod in .*: 0 of 0 not ready \(the look was cut short: /);
  });
});
