import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ConflictError } from '../../src/domain/errors.ts';
import { withLease } from '../../src/domain/lease.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Work } from '../../src/domain/work.ts';
import { connect } from '../../src/kubernetes/connect.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import type { ClusterProvider } from '../../src/providers/provider.ts';
import type { RunSpec } from '../../src/spec/schema.ts';
import { planFor } from './sample-run.ts';

/** A provider in a world that the test owns: whatever is left in it at the end is a fault. */
export interface ContractWorld {
  /** A provider as another worker of the same world would have it. */
  provider(): ClusterProvider;
  spec: RunSpec;
  /** What its `home` says of the run of that workflow id. */
  homeOf(workflowId: string): unknown;
  /** Begins `ensure` in a process of its own and kills that when it has told so many lines of progress. */
  killCreate(plan: Plan, afterLines: number): Promise<void>;
  /** Files that hold credentials of the cluster, with their modes. */
  secretFiles(plan: Plan): Promise<{ path: string; mode: number }[]>;
  /** How long after its first line of progress a create is surely under way; 300 unless set. 0 is at that very line. */
  readonly abortAfterMs?: number;
  dispose(): Promise<void>;
}

const MINUTE = 60_000;

/** What every provider of clusters keeps to. `makeWorld` is called once. */
export function providerContract(name: string, makeWorld: () => Promise<ContractWorld>): void {
  describe(`${name} as a provider of clusters`, { timeout: 15 * MINUTE }, () => {
    const work: Work = { signal: AbortSignal.timeout(14 * MINUTE), progress: () => undefined };
    let world: ContractWorld;
    let provider: ClusterProvider;
    const planOf = (runName: string, owner: string): Plan => planFor(provider, world.spec, runName, owner);
    let plan: Plan;

    before(async () => {
      world = await makeWorld();
      provider = world.provider();
      plan = planOf('nightly', '00000000a1');
    });
    after(() => world?.dispose());

    /** Tells one cluster from another that has its name. */
    const identityOf = async (of: Plan): Promise<string> => {
      const kube = connect(await world.provider().credentials(of.cluster, work));
      try {
        return (await kube.getMetadata(RESOURCES.Namespace, 'kube-system'))?.metadata.uid ?? 'none';
      } finally {
        await kube.close();
      }
    };
    const assertNothingLeft = async (of: Plan): Promise<void> => {
      const fresh = world.provider();
      assert.deepEqual(await fresh.leftovers(of.owner, work), []);
      assert.equal(await fresh.describe(of.cluster, work), null);
      assert.deepEqual(
        (await fresh.list(work)).filter(({ owner }) => owner === of.owner),
        [],
      );
    };

    it('plans the same name for the same run, and another for another owner', async () => {
      assert.deepEqual(planOf('nightly', '00000000a1').cluster, plan.cluster);
      assert.notEqual(planOf('nightly', '00000000a2').cluster.name, plan.cluster.name);
      assert.equal(plan.cluster.provider, provider.type);
      assert.match(plan.cluster.name, /^[a-z][a-z0-9-]{0,39}$/);
      await assertNothingLeft(plan);
    });

    it('takes the removal of what is not there for done', async () => {
      await provider.remove(plan.cluster, plan.owner, work);
      await assertNothingLeft(plan);
    });

    it('has no credentials for what is not there, and says what to do', async () => {
      await assert.rejects(provider.credentials(plan.cluster, work), new RegExp(plan.cluster.name));
    });

    it('ensured twice, by two workers one after the other, is one cluster', async () => {
      const first = await provider.ensure(plan, world.spec, work);
      const identity = await identityOf(plan);
      const again = await world.provider().ensure(plan, world.spec, work);
      assert.deepEqual(again, first);
      assert.equal(await identityOf(plan), identity);
      assert.deepEqual(first.handle, plan.cluster);
      assert.deepEqual(await world.provider().describe(plan.cluster, work), first);
    });

    it('gives credentials that the API server takes', async () => {
      const access = await world.provider().credentials(plan.cluster, work);
      const kube = connect(access);
      try {
        assert.match(await kube.text('/version'), /"gitVersion"/);
      } finally {
        await kube.close();
      }
    });

    it('lists the cluster with owner, run, lease and home', async () => {
      const listed = (await world.provider().list(work)).filter(({ owner }) => owner === plan.owner);
      assert.deepEqual(listed, [
        {
          handle: plan.cluster,
          owner: plan.owner,
          runName: 'nightly',
          leaseUntilSeconds: plan.leaseUntilSeconds,
          home: world.homeOf('nightly'),
        },
      ]);
    });

    it('writes a later lease onto the cluster, and changes nothing else of it', async () => {
      const before = await provider.describe(plan.cluster, work);
      const leaseUntilSeconds = plan.leaseUntilSeconds + 3_600;
      const later = withLease(plan, { leaseUntilSeconds, leaseCapSeconds: leaseUntilSeconds });
      await world.provider().renewLease(later, work);
      const listed = (await world.provider().list(work)).find(({ owner }) => owner === plan.owner);
      assert.equal(listed?.leaseUntilSeconds, leaseUntilSeconds);
      assert.deepEqual(await provider.describe(plan.cluster, work), before);
    });

    it('has no lease to renew of what is not there', async () => {
      const other = planOf('nightly', '00000000a2');
      await provider.renewLease(other, work);
      await assertNothingLeft(other);
    });

    it('counts what is there among the leftovers, for its owner alone', async () => {
      assert.notDeepEqual(await provider.leftovers(plan.owner, work), []);
      assert.deepEqual(await provider.leftovers('00000000a2', work), []);
    });

    it('keeps credentials in files that only their owner can read', async () => {
      const files = await world.secretFiles(plan);
      assert.deepEqual(
        files.filter(({ mode }) => (mode & 0o077) !== 0),
        [],
      );
    });

    it("refuses a stranger's cluster of the same name, to have it and to remove it", async () => {
      const identity = await identityOf(plan);
      const theirs = { ...planOf('nightly', '00000000a2'), cluster: plan.cluster };
      await assert.rejects(provider.ensure(theirs, world.spec, work), ConflictError);
      await assert.rejects(provider.renewLease(theirs, work), ConflictError);
      await assert.rejects(provider.remove(theirs.cluster, theirs.owner, work), ConflictError);
      assert.equal(await identityOf(plan), identity);
    });

    it('is taken over whole by the run that is told to, and by no other', async () => {
      const identity = await identityOf(plan);
      const heir = { ...planOf('weekly', '00000000a3'), cluster: plan.cluster };
      await assert.rejects(provider.takeOver(heir, '00000000a9', work), ConflictError);
      await provider.takeOver(heir, plan.owner, work);
      await world.provider().takeOver(heir, plan.owner, work);
      const listed = (await provider.list(work)).filter(({ handle }) => handle.name === plan.cluster.name);
      assert.deepEqual(listed, [
        {
          handle: plan.cluster,
          owner: heir.owner,
          runName: 'weekly',
          leaseUntilSeconds: heir.leaseUntilSeconds,
          home: world.homeOf('weekly'),
        },
      ]);
      assert.deepEqual(await provider.leftovers(plan.owner, work), []);
      assert.notDeepEqual(await provider.leftovers(heir.owner, work), []);
      await assert.rejects(provider.remove(plan.cluster, plan.owner, work), ConflictError);
      assert.equal(await identityOf(plan), identity);
      await provider.takeOver(plan, heir.owner, work);
      const gone = planOf('nightly', '00000000a4');
      await provider.takeOver(gone, plan.owner, work);
      await assertNothingLeft(gone);
    });

    it('removed twice is gone, with nothing left', async () => {
      await provider.remove(plan.cluster, plan.owner, work);
      await assertNothingLeft(plan);
      await world.provider().remove(plan.cluster, plan.owner, work);
      await assertNothingLeft(plan);
    });

    it('two runs at once, one of them by two workers, get two clusters, or one of them the only one', async () => {
      const [one, other] = [planOf('nightly', '00000000b1'), planOf('nightly', '00000000b2')];
      if (!provider.capabilities.disposable) return getOneCluster(one, other);
      const made = await Promise.all(
        [one, one, other].map((each) => world.provider().ensure(each, world.spec, work)),
      );
      assert.deepEqual(made[0], made[1]);
      assert.notEqual(await identityOf(one), await identityOf(other));
      await Promise.all(
        [one, one, other].map((each) => world.provider().remove(each.cluster, each.owner, work)),
      );
      for (const each of [one, other]) await assertNothingLeft(each);
    });

    /** Somebody's cluster is there once: the other run is refused, by the name of the one that has it. */
    const getOneCluster = async (one: Plan, other: Plan): Promise<void> => {
      const tries = await Promise.allSettled(
        [one, one, other].map((each) => world.provider().ensure(each, world.spec, work)),
      );
      const [first, again, third] = tries;
      assert.equal(first?.status, again?.status);
      assert.notEqual(first?.status, third?.status);
      const [winner, loser] = first?.status === 'fulfilled' ? [one, other] : [other, one];
      for (const each of tries) {
        if (each.status === 'fulfilled') continue;
        assert.ok(each.reason instanceof ConflictError);
        assert.match(each.reason.message, new RegExp(`run nightly \\(owner ${winner.owner}\\)`));
      }
      await provider.remove(loser.cluster, loser.owner, work);
      assert.notDeepEqual(await provider.leftovers(winner.owner, work), []);
      await provider.remove(winner.cluster, winner.owner, work);
      await provider.ensure(loser, world.spec, work);
      await provider.remove(loser.cluster, loser.owner, work);
      for (const each of [one, other]) await assertNothingLeft(each);
    };

    for (const lines of [1, 2]) {
      it(`a create that was killed after ${lines} lines of progress is finished by the next`, async () => {
        const killed = planOf('killed', `00000000c${lines}`);
        await world.killCreate(killed, lines);
        const made = await provider.ensure(killed, world.spec, work);
        assert.notEqual(await identityOf(killed), 'none');
        assert.deepEqual(await world.provider().describe(killed.cluster, work), made);
        await provider.remove(killed.cluster, killed.owner, work);
        await assertNothingLeft(killed);
      });

      it(`a create that was killed after ${lines} lines of progress is listed and can be removed`, async () => {
        const killed = planOf('killed', `00000000d${lines}`);
        await world.killCreate(killed, lines);
        const listed = (await world.provider().list(work)).map(({ owner }) => owner);
        assert.ok(listed.includes(killed.owner));
        assert.notDeepEqual(await provider.leftovers(killed.owner, work), []);
        await provider.remove(killed.cluster, killed.owner, work);
        await assertNothingLeft(killed);
      });
    }

    it('a create that is aborted ends with the reason, and its removal leaves nothing', async () => {
      const aborted = planOf('aborted', '00000000e1');
      const reason = new Error('the operator has had enough');
      const abort = new AbortController();
      const during: Work = {
        signal: abort.signal,
        progress: () => {
          if (world.abortAfterMs === 0) abort.abort(reason);
          else setTimeout(() => abort.abort(reason), world.abortAfterMs ?? 300);
        },
      };
      await assert.rejects(provider.ensure(aborted, world.spec, during), (error) => error === reason);
      assert.notDeepEqual(await provider.leftovers(aborted.owner, work), []);
      await provider.remove(aborted.cluster, aborted.owner, work);
      await assertNothingLeft(aborted);
    });
  });
}
