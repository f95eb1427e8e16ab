import { ConflictError, UnavailableError } from '../../src/domain/errors.ts';
import type { OwnedCluster } from '../../src/domain/owned-cluster.ts';
import type { Leftover } from '../../src/domain/plan.ts';
import type { OwnerState } from '../../src/domain/sweep-decision.ts';
import type { Work } from '../../src/domain/work.ts';
import type { ClusterProvider } from '../../src/providers/provider.ts';
import type { SweepWorld } from '../../src/unwind/take-stock.ts';

/** A provider that has nothing but an inventory, and remembers what was asked of it. */
export class RecordingProvider implements ClusterProvider {
  readonly type = 'local';
  readonly capabilities = {
    disposable: true,
    pullsImages: false,
    inClusterWebhooks: false,
    execOnHost: false,
  };
  readonly plan = outOfPlace('plan');
  readonly ensure = () => Promise.reject(outOfPlaceError('ensure'));
  readonly credentials = () => Promise.reject(outOfPlaceError('credentials'));
  readonly describe = () => Promise.reject(outOfPlaceError('describe'));
  readonly renewLease = () => Promise.reject(outOfPlaceError('renewLease'));
  readonly takeOver = () => Promise.reject(outOfPlaceError('takeOver'));
  inventory: OwnedCluster[];
  /** Names, in the order of their removal. */
  readonly removed: string[] = [];
  /** How many removals were begun, whatever came of them. */
  removals = 0;
  /** So many listings fail first. */
  listFailures = 0;
  /** So many removals of that cluster fail first. */
  readonly removeFailures = new Map<string, number>();
  /** Removing that cluster never works, for this reason. */
  readonly removeErrors = new Map<string, Error>();
  /** Removals wait for this, or for being told to stop. */
  hold: Promise<void> | null = null;
  /** Owners with something that no removal takes. */
  readonly stuck = new Set<string>();
  /** Happens right after a listing: whatever a sweep knows is old by then. */
  afterList: () => void = () => undefined;

  constructor(inventory: readonly OwnedCluster[] = []) {
    this.inventory = [...inventory];
  }

  async list(): Promise<OwnedCluster[]> {
    if (this.listFailures > 0) {
      this.listFailures -= 1;
      throw new UnavailableError({ object: 'the cloud', what: 'does not answer', next: 'wait' });
    }
    const listed = structuredClone(this.inventory);
    this.afterList();
    return listed;
  }

  async remove({ name }: OwnedCluster['handle'], owner: string, work?: Work): Promise<void> {
    this.removals += 1;
    if (this.hold !== null) await Promise.race([this.hold, stopped(work)]);
    work?.signal.throwIfAborted();
    const error = this.removeErrors.get(name);
    if (error !== undefined) throw error;
    const found = this.inventory.find((cluster) => cluster.handle.name === name);
    if (found !== undefined && found.owner !== owner)
      throw new ConflictError({ object: name, what: "is another owner's", next: 'leave it' });
    const failures = this.removeFailures.get(name) ?? 0;
    if (failures > 0) {
      this.removeFailures.set(name, failures - 1);
      throw new UnavailableError({ object: name, what: 'cannot be removed now', next: 'wait' });
    }
    if (found === undefined) return;
    this.inventory = this.inventory.filter((cluster) => cluster !== found);
    this.removed.push(name);
  }

  async leftovers(owner: string): Promise<Leftover[]> {
    const listed = this.inventory.filter((cluster) => cluster.owner === owner);
    return [
      ...listed.map(({ handle }) => ({ kind: 'cluster', name: handle.name, detail: 'as it was' })),
      ...(this.stuck.has(owner) ? [{ kind: 'disk', name: `disk-${owner}`, detail: 'still attached' }] : []),
    ];
  }
}

/** The world of a sweep around that provider; `states` by owner are what Temporal would say, `closed` else. */
export function sweepWorldOf(
  provider: ClusterProvider,
  states: ReadonlyMap<string, OwnerState> = new Map(),
  nowMs: () => number = Date.now,
): SweepWorld {
  return {
    provider: (type) => (type === provider.type ? provider : nothingOf(type)),
    agentSandbox: outOfPlace('agentSandbox'),
    connect: outOfPlace('connect'),
    askOwner: () => async (cluster) => states.get(cluster.owner) ?? 'closed',
    nowMs,
  };
}

/** One of the providers that have no cluster at all. */
function nothingOf(type: string): ClusterProvider {
  return Object.assign(new RecordingProvider(), { type });
}

/** A cluster as it is listed; owner and name from a number. */
export function ownedCluster(number: number, given: Partial<OwnedCluster> = {}): OwnedCluster {
  const owner = number.toString(16).padStart(10, '0');
  const runName = given.runName ?? `run-${number}`;
  return {
    handle: { provider: 'local', name: `st-${runName}-${owner}`, location: 'here' },
    owner,
    runName,
    leaseUntilSeconds: 1_800_000_000,
    home: { kind: 'temporal', address: '127.0.0.1:7233', namespace: 'default', workflowId: runName },
    ...given,
  };
}

function stopped(work: Work | undefined): Promise<void> {
  return new Promise((resolve) => work?.signal.addEventListener('abort', () => resolve(), { once: true }));
}

function outOfPlace(what: string): () => never {
  return () => {
    throw outOfPlaceError(what);
  };
}

function outOfPlaceError(what: string): Error {
  return new Error(`${what} is nothing that a removal by label needs`);
}
