import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError, UnworkableError } from '../../src/domain/errors.ts';
import { LABELS } from '../../src/domain/names.ts';
import { AlreadyExistsError } from '../../src/kubernetes/api-errors.ts';
import type {
  CallOptions,
  DeleteOptions,
  ExecResult,
  KubeClient,
  KubeList,
  KubeObject,
  KubeResource,
  WatchEvent,
  WatchHandle,
  WatchOptions,
} from '../../src/kubernetes/kube-client.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { PLAIN, podOf, sandboxOf } from './claim-script.ts';
import type { ClaimScript } from './claim-script.ts';
import { FakeClaimWatch } from './fake-claim-watch.ts';

/** An API server with agent-sandbox behind it, in memory: claims become ready as their script says. */
export class FakeSandboxApi implements KubeClient {
  readonly connectionsOpened = 1;
  readonly claims = new Map<string, KubeObject>();
  readonly sandboxes = new Map<string, KubeObject>();
  /** Every create, every readiness and every delete call by claim index, in order. */
  readonly created: number[] = [];
  readonly readied: number[] = [];
  readonly deleted: number[] = [];
  readonly executed: { pod: string; command: string[] }[] = [];
  /** How often something happened: a create was asked for, a claim landed, became ready, went. */
  events = 0;
  mostClaims = 0;
  readonly mergePatch = outOfPlace('mergePatch');
  readonly applyOwned = outOfPlace('applyOwned');
  readonly deleteCollection = outOfPlace('deleteCollection');
  readonly text = outOfPlace('text');
  readonly #script: (index: number) => Partial<ClaimScript>;
  readonly #watchers = new Set<FakeClaimWatch>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #failedDeletes = new Map<string, number>();
  readonly #landing = new Set<Promise<void>>();
  readonly #onReady = new Map<string, () => void>();
  readonly #awaited = new Set<{ condition: () => boolean; act: () => void }>();
  #uids = 0;

  constructor(script: (index: number) => Partial<ClaimScript> = () => ({})) {
    this.#script = script;
  }

  /** Watches that are not over. */
  get watchers(): number {
    return [...this.#watchers].filter((watcher) => !watcher.over).length;
  }

  /**
   * Calls `act` once, within the very call or event that makes the condition over this API's figures true: whoever is
   * stopped by it does nothing more, however much of its work the machine lets it do in one go.
   */
  when(condition: () => boolean, act: () => void): void {
    this.#awaited.add({ condition, act });
    this.#look();
  }

  async create<T extends KubeObject>(
    _resource: KubeResource,
    object: KubeObject,
    options: CallOptions = {},
  ): Promise<T> {
    const script = this.#scriptOf(object);
    const taken = this.claims.has(object.metadata.name);
    this.created.push(indexOf(object));
    this.#changed();
    const lands = taken || script.neverLands ? null : this.#lands(object, script);
    if (script.answersOnceReady)
      await new Promise<void>((resolve) => this.#onReady.set(object.metadata.name, resolve));
    await Promise.all([lands, sleep(script.answersAfterMs, undefined, signalOf(options))]);
    if (taken)
      throw new AlreadyExistsError({ object: object.metadata.name, what: 'is there already', next: 'look' });
    if (script.createError !== null) throw script.createError;
    return (this.claims.get(object.metadata.name) ?? object) as T;
  }

  /** Puts a claim there, as the controller's user or a stranger may, and lets its script run. */
  land(object: KubeObject): void {
    const { name } = object.metadata;
    this.#uids += 1;
    const claim = structuredClone({ ...object, metadata: { ...object.metadata, uid: `uid-${this.#uids}` } });
    this.claims.set(name, claim);
    this.mostClaims = Math.max(this.mostClaims, this.claims.size);
    this.#tell('ADDED', claim);
    this.#changed();
    const { notReadyReason, readyAfterMs, readyOnce, atOnce } = this.#scriptOf(object);
    const settle = (): void => {
      if (this.claims.get(name) !== claim) return;
      if (notReadyReason === null) this.#becomeReady(claim);
      else
        this.#setStatus(claim, { conditions: [{ type: 'Ready', status: 'False', reason: notReadyReason }] });
    };
    if (readyOnce !== null) void readyOnce.then(settle);
    else if (readyAfterMs === null && notReadyReason === null) return;
    else if (atOnce) settle();
    else this.#later(readyAfterMs ?? 0, settle);
  }

  /** Resolves when every create that was asked for has landed, whoever gave up on its answer. */
  async landed(): Promise<void> {
    await Promise.all(this.#landing);
  }

  /** Somebody else deletes a claim. */
  vanish(name: string): void {
    const claim = this.claims.get(name);
    if (claim === undefined) return;
    this.claims.delete(name);
    this.sandboxes.delete(name);
    this.#tell('DELETED', claim);
    this.#changed();
  }

  /** Every watch hears nothing until `mendWatches` lets it begin anew from a list. */
  cutWatches(): void {
    for (const watcher of this.#watchers) watcher.goDeaf();
  }

  mendWatches(): void {
    for (const watcher of this.#watchers) watcher.beginAnew();
  }

  breakWatches(error: Error): void {
    for (const watcher of this.#watchers) watcher.fail(error);
  }

  get<T extends KubeObject>(
    resource: KubeResource,
    name: string,
    options: CallOptions = {},
  ): Promise<T | null> {
    return this.getMetadata(resource, name, options) as Promise<T | null>;
  }

  async getMetadata(
    resource: KubeResource,
    name: string,
    options: CallOptions = {},
  ): Promise<KubeObject | null> {
    await sleep(0, undefined, signalOf(options));
    const found = (resource.kind === RESOURCES.Sandbox.kind ? this.sandboxes : this.claims).get(name);
    return found === undefined ? null : structuredClone(found);
  }

  list<T extends KubeObject>(): Promise<KubeList<T>> {
    return Promise.resolve({
      items: structuredClone([...this.claims.values()]) as T[],
      resourceVersion: '1',
    });
  }

  async delete(_resource: KubeResource, name: string, options: DeleteOptions = {}): Promise<void> {
    await sleep(1, undefined, signalOf(options));
    const claim = this.claims.get(name);
    if (claim === undefined || (options.uid !== undefined && claim.metadata.uid !== options.uid)) return;
    this.deleted.push(indexOf(claim));
    const failed = this.#failedDeletes.get(name) ?? 0;
    if (failed < this.#scriptOf(claim).deleteFailures) {
      this.#failedDeletes.set(name, failed + 1);
      throw new UnavailableError({ object: name, what: 'delete failed', next: 'try again' });
    }
    this.vanish(name);
  }

  watch<T extends KubeObject>(
    _resource: KubeResource,
    options: WatchOptions,
    onEvent: (event: WatchEvent<T>) => void,
  ): WatchHandle {
    const watcher = new FakeClaimWatch(options, () => [...this.claims.values()], onEvent as never);
    this.#watchers.add(watcher);
    return watcher;
  }

  async exec(pod: { name: string }, command: string[], options: CallOptions = {}): Promise<ExecResult> {
    this.executed.push({ pod: pod.name, command });
    await sleep(2, undefined, signalOf(options));
    const claim = [...this.claims.values()].find(({ metadata }) => podOf(metadata.name) === pod.name);
    const exitCode = claim === undefined ? 127 : this.#scriptOf(claim).exitCode;
    if (exitCode instanceof Error) throw exitCode;
    return { exitCode, stdout: '', stderr: '' };
  }

  close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    return Promise.resolve();
  }

  async #lands(object: KubeObject, { atOnce, landsAfterMs }: ClaimScript): Promise<void> {
    if (atOnce) return this.land(object);
    const lands = sleep(landsAfterMs).then(() => this.land(object));
    this.#landing.add(lands);
    await lands;
    this.#landing.delete(lands);
  }

  #becomeReady(claim: KubeObject): void {
    const { name } = claim.metadata;
    const sandbox = sandboxOf(name, this.#scriptOf(claim));
    this.sandboxes.set(sandbox.metadata.name, sandbox);
    this.#setStatus(claim, {
      sandbox: { name: sandbox.metadata.name },
      conditions: [{ type: 'Ready', status: 'False' }],
    });
    this.#setStatus(claim, {
      sandbox: { name: sandbox.metadata.name },
      conditions: [{ type: 'Ready', status: 'True' }],
    });
    this.#onReady.get(name)?.();
    this.readied.push(indexOf(claim));
    this.#changed();
  }

  #setStatus(claim: KubeObject, status: unknown): void {
    claim['status'] = status;
    this.#tell('MODIFIED', claim);
  }

  #tell(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void {
    for (const watcher of this.#watchers) watcher.tell(type, object);
  }

  #changed(): void {
    this.events += 1;
    this.#look();
  }

  #look(): void {
    for (const awaited of this.#awaited) {
      if (!awaited.condition()) continue;
      this.#awaited.delete(awaited);
      awaited.act();
    }
  }

  #later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }

  #scriptOf(claim: KubeObject): ClaimScript {
    return { ...PLAIN, ...this.#script(indexOf(claim)) };
  }
}

function indexOf(claim: KubeObject): number {
  return Number(claim.metadata.labels?.[LABELS.index] ?? -1);
}

function signalOf({ signal }: CallOptions): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function outOfPlace(verb: string): () => Promise<never> {
  return () =>
    Promise.reject(
      new UnworkableError({ object: verb, what: 'is no call of a load driver', next: 'correct the test' }),
    );
}
