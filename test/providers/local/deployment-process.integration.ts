import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { Plan } from '../../../src/domain/plan.ts';
import type { Work } from '../../../src/domain/work.ts';
import type { KubeObject } from '../../../src/kubernetes/kube-client.ts';
import type { ProcessIdentity } from '../../../src/system/process-identity.ts';
import { isAlive } from '../../../src/system/process-identity.ts';
import { isLoopback, listenersOf, processesMarked } from '../../support/machine.ts';
import { until } from '../../support/until.ts';
import { planFor } from '../sample-run.ts';
import { LocalWorld } from './local-world.ts';

/** The controller's Deployment as install would have applied it, with these arguments. */
function deployment(...args: string[]): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'agent-sandbox-controller', namespace: 'agent-sandbox-system' },
    spec: { template: { spec: { containers: [{ name: 'controller', image: 'none', args }] } } },
  };
}

const ARGS = ['--leader-elect=true', '--leader-election-namespace=default', '--sandbox-concurrent-workers=7'];

describe('a Deployment that runs as a process of a local cluster', { timeout: 180_000 }, () => {
  const work: Work = { signal: AbortSignal.timeout(180_000), progress: () => undefined };
  let world: LocalWorld;
  let plan: Plan;
  before(async () => {
    world = await LocalWorld.make();
    const provider = world.provider();
    plan = planFor(provider, world.spec, 'deployed', '0000000de1');
    await provider.ensure(plan, world.spec, work);
  });
  after(() => world?.dispose());

  const running = async (): Promise<ProcessIdentity> => {
    const { controller } = await world.record(plan);
    assert.ok(controller !== null && isAlive(controller.process));
    return controller.process;
  };
  const run = async (...args: string[]) =>
    world.provider().runDeployment?.(plan.cluster, deployment(...args), work);

  it('outlives the process that started it', async () => {
    const { child, ended } = world.elsewhere({ plan, runDeployment: deployment(...ARGS) });
    await ended;
    assert.equal(child.exitCode, 0);
    assert.ok(isAlive(await running()));
  });

  it("has the Deployment's arguments and then what it needs outside, each flag once", async () => {
    const { pid } = await running();
    const [program, ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
    assert.match(program ?? '', /agent-sandbox-controller$/);
    assert.deepEqual(args.slice(0, ARGS.length), ARGS);
    const names = args.map((arg) => arg.split('=')[0]);
    assert.equal(new Set(names).size, names.length);
    assert.ok(args.some((arg) => arg.startsWith('--kubeconfig=')));
    const answer = await run(...ARGS);
    assert.deepEqual(answer?.command, [program, ...args]);
  });

  it('is left as it is where the Deployment is the same', async () => {
    const before = await running();
    await Promise.all([run(...ARGS), run(...ARGS)]);
    assert.deepEqual(await running(), before);
  });

  it('serves metrics, and listens on loopback alone', async () => {
    const answer = await run(...ARGS);
    const metrics = await (await fetch(answer?.metricsUrl ?? '')).text();
    assert.match(metrics, /agent_sandbox_build_info/);
    const mine = processesMarked(world.folderOf(plan)).filter(({ command }) =>
      command.includes('-concurrent-workers'),
    );
    assert.equal(mine.length, 1);
    assert.ok(listenersOf(mine).length >= 2);
    assert.ok(listenersOf(mine).every(isLoopback));
  });

  it('is started again when it has died', async () => {
    const before = await running();
    process.kill(before.pid, 'SIGKILL');
    await until('its end', () => !isAlive(before) || null, { everyMs: 10 });
    const seen = await world.provider().describe(plan.cluster, work);
    assert.match(seen?.components['agent-sandbox-controller'] ?? '', /not running$/);
    await run(...ARGS);
    assert.notDeepEqual(await running(), before);
  });

  it('is started again with the new arguments when the Deployment has others', async () => {
    const before = await running();
    await run(...ARGS, '--sandbox-claim-concurrent-workers=9');
    assert.ok(!isAlive(before));
    const { pid } = await running();
    assert.match(await readFile(`/proc/${pid}/cmdline`, 'utf8'), /--sandbox-claim-concurrent-workers=9/);
  });

  it('dies with the cluster', async () => {
    const before = await running();
    await world.provider().remove(plan.cluster, plan.owner, work);
    assert.ok(!isAlive(before));
    assert.deepEqual(processesMarked(world.folderOf(plan)), []);
  });
});
