import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TimedOutError } from '../../src/domain/errors.ts';
import type { Work } from '../../src/domain/work.ts';
import type { KubeClient } from '../../src/kubernetes/kube-client.ts';
import type { AgentSandbox, RemovalTarget } from '../../src/sandbox/agent-sandbox.ts';
import { removeOwned } from '../../src/unwind/remove-owned.ts';
import type { UnwindWorld } from '../../src/unwind/undo-step.ts';
import { ownedCluster, RecordingProvider } from '../support/recording-provider.ts';

const WORK: Work = { signal: new AbortController().signal, progress: () => undefined };
const CLUSTER = ownedCluster(1);
const NAMES = {
  type: 'Kubernetes',
  install: 'own',
  systemNamespace: 'agent-sandbox-system',
  workloadNamespace: 'their-own',
  template: 'st-0000000001',
  warmPool: 'st-0000000001',
};

/** A cluster that outlives its runs, and everything that was done in it. */
function lastingCluster(fails: string | null = null) {
  const done: string[] = [];
  let connections = 0;
  const undo = (what: string) => (target: RemovalTarget) => {
    assert.deepEqual(target.plan.sandbox, NAMES);
    assert.equal(target.plan.owner, CLUSTER.owner);
    done.push(what);
    return what === fails
      ? Promise.reject(new TimedOutError({ object: what, what: 'does not go', next: 'look' }))
      : Promise.resolve();
  };
  const sandbox = {
    namesByLabel: () => Promise.resolve(NAMES),
    removeClaims: undo('claims'),
    removeWarmPool: undo('warm pool'),
    removeWorkload: undo('workload'),
    uninstall: undo('agent-sandbox'),
  } as unknown as AgentSandbox;
  const provider = new (class extends RecordingProvider {
    override readonly capabilities = { ...new RecordingProvider().capabilities, disposable: false };
    override readonly describe = () =>
      Promise.resolve(this.inventory.length === 0 ? null : { ...CLUSTER }) as never;
    override readonly credentials = () => Promise.resolve({ kubeconfig: '', expiresAtMs: null }) as never;
    override remove(handle: (typeof CLUSTER)['handle'], owner: string): Promise<void> {
      done.push('cluster');
      return super.remove(handle, owner);
    }
  })([CLUSTER]);
  const world: UnwindWorld = {
    provider: () => provider,
    agentSandbox: () => sandbox,
    connect: () => {
      connections += 1;
      return {
        close: () => {
          connections -= 1;
          return Promise.resolve();
        },
      } as unknown as KubeClient;
    },
  };
  return { world, provider, done, open: () => connections };
}

describe('the unwind by labels', () => {
  it('leaves what is in a throw-away cluster to the removal of the cluster', async () => {
    const provider = new RecordingProvider([CLUSTER]);
    const nothingElse = (): never => {
      throw new Error('not needed');
    };
    await removeOwned(
      { provider: () => provider, agentSandbox: nothingElse, connect: nothingElse },
      CLUSTER,
      WORK,
    );
    assert.deepEqual(provider.inventory, []);
  });

  it("takes everything out of a cluster that stays, last in first out, and the cluster's own label last", async () => {
    const { world, done, open } = lastingCluster();
    await removeOwned(world, CLUSTER, WORK);
    assert.deepEqual(done, ['claims', 'warm pool', 'workload', 'agent-sandbox', 'cluster']);
    assert.equal(open(), 0);
  });

  it('goes on past an undo that fails, and then leaves the label, so that the next one finds it', async () => {
    const { world, provider, done, open } = lastingCluster('warm pool');
    await assert.rejects(removeOwned(world, CLUSTER, WORK), /warm pool: does not go/);
    assert.deepEqual(done, ['claims', 'warm pool', 'workload', 'agent-sandbox']);
    assert.equal(provider.inventory.length, 1);
    assert.equal(open(), 0);
  });

  it('succeeds where there is nothing', async () => {
    const { world, provider, done } = lastingCluster();
    provider.inventory = [];
    await removeOwned(world, CLUSTER, WORK);
    assert.deepEqual(done, ['cluster']);
  });
});
