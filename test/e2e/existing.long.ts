import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Work } from '../../src/domain/work.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { writeKubeconfig } from '../providers/existing/existing-world.ts';
import { installByHand, wholeCluster, workByHand } from '../providers/existing/foreign-installation.ts';
import { accountWith, shippedRoles } from '../providers/existing/shipped-roles.ts';
import type { ControlPlane } from '../support/control-plane.ts';
import { startControlPlane } from '../support/control-plane.ts';
import { TemporalHome } from '../support/temporal-home.ts';
import { until } from '../support/until.ts';

const MINUTE = 60_000;

describe("runs on somebody's cluster, with Temporal and a worker", { timeout: 15 * MINUTE }, () => {
  const work: Work = { signal: AbortSignal.timeout(14 * MINUTE), progress: () => undefined };
  const home = new TemporalHome();
  let plane: ControlPlane;

  before(async () => {
    plane = await startControlPlane('e2e-existing');
    await installByHand(plane, work);
    await workByHand(plane.kube);
    await home.startServer();
    const worker = home.sandtide('worker', '--address', home.address);
    await until('the worker', () => worker.output().includes('worker is polling') || null, {
      timeoutMs: 4 * MINUTE,
    });
  });
  after(async () => {
    await home.end();
    await plane?.stop();
  });

  /** Starts a run of that account, which has those roles, and waits for its end. */
  const runAs = async (account: 'own' | 'use-existing', install: 'own' | 'useExisting'): Promise<string> => {
    const admin = { kube: plane.kube, kubeconfig: plane.access.kubeconfig };
    const kubeconfig = join(home.folder, `${account}.kubeconfig`);
    await writeKubeconfig(kubeconfig, await accountWith(admin, account, shippedRoles(account)), 'theirs');
    const spec = {
      provider: { type: 'existing', kubeconfig, context: 'theirs' },
      agentSandbox: {
        ...{ install, template: { nodeSelector: {} } },
        warmPool: { replicas: 3, readyTimeout: '60s' },
      },
      load: { qps: 3, duration: '3s', readyTimeout: '60s' },
      limits: { heartbeatTimeout: '5s' },
    };
    const file = join(home.folder, `${account}.json`);
    writeFileSync(file, JSON.stringify(spec));
    await home.startRun(account, file);
    return home.untilClosed(account, 4 * MINUTE);
  };
  const reportOf = (name: string): string =>
    readFileSync(join(home.folder, 'runs', name, 'report.json'), 'utf8');
  const labelledAsOurs = async (): Promise<string[]> => {
    const lists = Object.values(RESOURCES).map((resource) =>
      plane.kube.list(resource, { labelSelector: 'sandtide.dev/owner' }),
    );
    // The nodes are the control plane's, which sandtide has made for this test.
    return (await Promise.all(lists))
      .flatMap(({ items }) => items)
      .filter(({ kind }) => kind !== 'Node')
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  };
  const assertNothingLeft = async (): Promise<void> => {
    assert.deepEqual(await labelledAsOurs(), []);
    const notes = join(home.folder, 'state', 'sandtide', 'existing');
    assert.deepEqual(existsSync(notes) ? readdirSync(notes) : [], []);
    const sweep = home.sandtide('sweep', '--provider', 'existing', '--address', home.address);
    assert.equal(await sweep.ended, 0);
    assert.match(sweep.output(), /0 clusters with our labels/);
  };

  it('measures the installation that is there and changes nothing but what is its own', async () => {
    const before = await wholeCluster(plane.kube);
    assert.equal(await runAs('use-existing', 'useExisting'), 'COMPLETED');
    const report = reportOf('use-existing');
    assert.match(report, /"outcome": ?"passed"/);
    assert.match(report, /registry\.example\/team\/controller:v0\.5\.6/);
    assert.doesNotMatch(report, /eyJ[A-Za-z0-9_-]{8,}/);
    const afterwards = await wholeCluster(plane.kube);
    for (const [key, text] of before) assert.equal(afterwards.get(key), text, key);
    await assertNothingLeft();
  });

  it('is refused an installation of its own beside it, and leaves everything as it was', async () => {
    const before = await wholeCluster(plane.kube);
    assert.equal(await runAs('own', 'own'), 'FAILED');
    assert.match(
      reportOf('own'),
      /installed here already, in whole or in part, by somebody who does not use/,
    );
    const afterwards = await wholeCluster(plane.kube);
    for (const [key, text] of before) assert.equal(afterwards.get(key), text, key);
    await assertNothingLeft();
  });
});
