import assert from 'node:assert/strict';
import { request } from 'node:https';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Plan } from '../../../src/domain/plan.ts';
import type { Work } from '../../../src/domain/work.ts';
import { connect } from '../../../src/kubernetes/connect.ts';
import type { KubeClient, KubeObject } from '../../../src/kubernetes/kube-client.ts';
import { waitUntilGone } from '../../../src/kubernetes/remove.ts';
import { RESOURCES } from '../../../src/kubernetes/resources.ts';
import { waitFor } from '../../../src/kubernetes/wait.ts';
import { workloadCommand } from '../../../src/load/workload.ts';
import { isLoopback, listenersOf, processesMarked } from '../../support/machine.ts';
import { planFor } from '../sample-run.ts';
import { LocalWorld } from './local-world.ts';

const DELAY_MS = 1_500;
const COMMAND = workloadCommand('50ms', true) ?? [];
const MINUTE = 60_000;

describe('a local cluster', { timeout: 3 * MINUTE }, () => {
  const work: Work = { signal: AbortSignal.timeout(3 * MINUTE), progress: () => undefined };
  let world: LocalWorld;
  let plan: Plan;
  let kube: KubeClient;
  before(async () => {
    world = await LocalWorld.make({
      type: 'local',
      pools: { general: { nodes: 2, maxPods: 5 }, sandbox: { nodes: 3, maxPods: 7 } },
      podStartup: { delay: '1500ms', jitter: '0s' },
    });
    const provider = world.provider();
    plan = planFor(provider, world.spec, 'fake', '0000000fa1', COMMAND);
    await provider.ensure(plan, world.spec, work);
    kube = connect(await provider.credentials(plan.cluster, work));
    for (const name of ['workload', 'other']) {
      await kube.create(RESOURCES.Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      const account = { namespace: name, name: 'default' };
      await waitFor(kube, RESOURCES.ServiceAccount, account, (found) => found.length > 0, {
        timeoutMs: MINUTE,
      });
    }
  });
  after(async () => {
    await kube?.close();
    await world?.dispose();
  });

  /** Creates a pod and returns it running and ready. */
  async function runPod(
    name: string,
    namespace: string,
    spec: Record<string, unknown> = {},
  ): Promise<KubeObject> {
    const containers = [{ name: 'main', image: 'none' }];
    await kube.create(RESOURCES.Pod, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace },
      spec: { containers, ...spec },
    });
    const [pod] = await waitFor(kube, RESOURCES.Pod, { name, namespace }, ([one]) => isReady(one), {
      timeoutMs: MINUTE,
    });
    return pod!;
  }

  it('listens on loopback alone, every process of it', () => {
    const processes = processesMarked(world.folderOf(plan));
    assert.deepEqual(
      listenersOf(processes).filter((address) => !isLoopback(address)),
      [],
    );
    // etcd twice, API server, controller manager, scheduler, kwok and the gate.
    assert.ok(listenersOf(processes).length >= 7);
  });

  it('has the pools that were asked for', async () => {
    const { items } = await kube.list(RESOURCES.Node);
    const seen = items.map((node) => {
      const { taints = [] } = node['spec'] as { taints?: { key: string; value: string; effect: string }[] };
      const { allocatable } = node['status'] as { allocatable: { pods: string } };
      const taint = taints.map(({ key, value, effect }) => `${key}=${value}:${effect}`).join();
      return `${node.metadata.labels?.['sandtide.dev/pool']} ${allocatable.pods} ${taint}`.trim();
    });
    assert.deepEqual(seen, [
      ...Array<string>(2).fill('general 5'),
      ...Array<string>(3).fill('sandbox 7 sandbox.gke.io/runtime=runsc:NoSchedule'),
    ]);
  });

  it('starts a pod after the delay, with an address of its own, and not on a node for sandboxes', async () => {
    const [one, other] = await Promise.all([runPod('one', 'other'), runPod('two', 'other')]);
    for (const pod of [one, other]) {
      const { nodeName } = pod['spec'] as { nodeName: string };
      assert.match(nodeName, /^general-/);
      const { startedMs, scheduledMs } = timesOf(pod);
      // Both are told in whole seconds.
      assert.ok(startedMs - scheduledMs >= DELAY_MS - 1_000, `${startedMs - scheduledMs} ms`);
    }
    assert.match(ipOf(one), /^10\./);
    assert.notEqual(ipOf(one), ipOf(other));
  });

  it('starts a pod that tolerates the taint on a node for sandboxes, where it asks for one', async () => {
    const pod = await runPod('sandbox', 'other', {
      nodeSelector: { 'sandtide.dev/pool': 'sandbox' },
      tolerations: [
        { key: 'sandbox.gke.io/runtime', operator: 'Equal', value: 'runsc', effect: 'NoSchedule' },
      ],
    });
    assert.match((pod['spec'] as { nodeName: string }).nodeName, /^sandbox-/);
  });

  it('lets a deleted pod go, and completes a pod of a Job', async () => {
    await kube.delete(RESOURCES.Pod, 'sandbox', { namespace: 'other' });
    await waitUntilGone(kube, RESOURCES.Pod, { namespace: 'other', name: 'sandbox', timeoutMs: MINUTE });
    const jobs = { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs', namespaced: true };
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'none' }] } };
    const metadata = { name: 'job', namespace: 'other' };
    await kube.create(jobs, { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { template } });
    const done = ([job]: KubeObject[]) =>
      (job?.['status'] as { succeeded?: number } | undefined)?.succeeded === 1;
    await waitFor(kube, jobs, { namespace: 'other', name: 'job' }, done, { timeoutMs: MINUTE });
  });

  describe('executes in its pods', () => {
    before(() => Promise.all([runPod('pod', 'workload'), runPod('pod', 'other')]));

    const run = (namespace: string, command: string[]) => kube.exec({ namespace, name: 'pod' }, command);

    it("the load's command in the run's namespace, on this host", async () => {
      assert.deepEqual(await run('workload', COMMAND), { exitCode: 0, stdout: '', stderr: '' });
    });

    it('that command in no other namespace', async () => {
      await assert.rejects(run('other', COMMAND), /exec is not allowed in namespace other/);
    });

    for (const command of [
      ['/bin/sh', '-c', 'exit 0'],
      [...COMMAND.slice(0, -1), '0.01'],
      [...COMMAND, 'more'],
    ]) {
      it(`nothing else: not ${command.slice(-2).join(' ')}`, async () => {
        await assert.rejects(run('workload', command), /exec of this command is not allowed/);
      });
    }

    it('nothing for who asks kwok itself, past the gate, under any name that is not the secret one', async () => {
      const { kwok } = (await world.record(plan)).ports;
      for (const namespace of ['workload', 'other', 'default']) {
        const answer = await askExec(kwok, namespace);
        assert.doesNotMatch(answer, /^(101|200)/);
        assert.match(answer, /no exec found/);
      }
    });

    it('nothing for who asks the gate without a certificate of the cluster', async () => {
      const { execGate } = (await world.record(plan)).ports;
      await assert.rejects(askExec(execGate, 'workload'), /certificate|ECONNRESET|socket hang up/);
    });

    it('with nothing secret in the arguments of any process', async () => {
      const rules = JSON.parse(await readFile(join(world.folderOf(plan), 'exec-gate.json'), 'utf8')) as {
        pass: string;
      };
      assert.ok(rules.pass.length >= 32);
      for (const { command } of processesMarked(world.folderOf(plan)))
        assert.ok(!command.includes(rules.pass));
    });
  });
});

/** Asks as an API server would, over a WebSocket, without a client certificate. Status and body, or 101. */
function askExec(port: number, namespace: string): Promise<string> {
  const query = new URLSearchParams({ output: '1' });
  for (const part of COMMAND) query.append('command', part);
  return new Promise((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1',
      port,
      path: `/exec/${namespace}/pod/main?${query.toString()}`,
      rejectUnauthorized: false,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.from('0123456789abcdef').toString('base64'),
        'sec-websocket-protocol': 'v4.channel.k8s.io',
      },
    });
    asked.on('error', reject);
    asked.on('upgrade', (_response, socket, head) => {
      const frames: Buffer[] = [head];
      socket.on('data', (piece: Buffer) => frames.push(piece));
      socket.on('close', () => resolve(Buffer.concat(frames).toString()));
    });
    asked.on('response', (response) => {
      const body: Buffer[] = [];
      response.on('data', (piece: Buffer) => body.push(piece));
      response.on('end', () => resolve(`${response.statusCode} ${Buffer.concat(body).toString()}`));
    });
    asked.end();
  });
}

interface PodStatus {
  podIP?: string;
  startTime?: string;
  conditions?: { type: string; status: string; lastTransitionTime: string }[];
}

function statusOf(pod: KubeObject | undefined): PodStatus {
  return pod?.['status'] ?? {};
}

function isReady(pod: KubeObject | undefined): boolean {
  return statusOf(pod).conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function ipOf(pod: KubeObject): string {
  return statusOf(pod).podIP ?? '';
}

function timesOf(pod: KubeObject): { scheduledMs: number; startedMs: number } {
  const { conditions = [], startTime = '' } = statusOf(pod);
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled')?.lastTransitionTime ?? '';
  return { scheduledMs: Date.parse(scheduled), startedMs: Date.parse(startTime) };
}
