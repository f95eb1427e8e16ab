import { durationMs } from '../domain/durations.ts';
import { SandtideError } from '../domain/errors.ts';
import { claimName } from '../domain/names.ts';
import type { KubeObject, WatchEvent } from '../kubernetes/kube-client.ts';
import type { ClaimTimeline } from '../measure/window-result.ts';
import { EXEC_FAILED } from '../measure/window-result.ts';
import { readClaim } from '../sandbox/claim-status.ts';
import { ClaimBook, unbegun } from './claim-book.ts';
import type { LiveClaim } from './claim-book.ts';
import { ClaimCalls } from './claim-calls.ts';
import type { ClaimScope } from './claim-calls.ts';
import { Dwelling, dwellMs } from './dwell.ts';
import { epochMs } from './epoch-clock.ts';
import type { WindowJournal } from './journal.ts';
import type { LiveLimit } from './live-limit.ts';
import { MissingRight } from './missing-right.ts';
import type { WindowTally } from './window-tally.ts';

/** The longest that setTimeout takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What the claims of a window share. */
export interface DriverScope extends ClaimScope {
  limit: LiveLimit;
  journal: WindowJournal;
  tally: WindowTally;
  /** Of the load; undefined where it has none. */
  phaseOf(index: number): string | undefined;
  /** Ends the whole window: something happened that no claim can be blamed for. */
  fail(error: unknown): void;
  /** Told of each claim whose end this driver saw. */
  ended?: ((claim: ClaimTimeline) => void) | undefined;
}

/** Leads each claim through its life: send, wait, use, journal, delete. */
export class ClaimDriver {
  readonly #scope: DriverScope;
  readonly #calls: ClaimCalls;
  readonly #book = new ClaimBook();
  readonly #dwelling = new Dwelling();
  readonly #lives = new Set<Promise<void>>();
  readonly #readyTimeoutMs: number;
  readonly #mayCreate: MissingRight;
  readonly #mayExec: MissingRight;
  #underWay = 0;

  constructor(scope: DriverScope) {
    this.#scope = scope;
    this.#calls = new ClaimCalls(scope);
    this.#readyTimeoutMs = durationMs(scope.load.readyTimeout);
    this.#mayCreate = new MissingRight(scope.load.total);
    this.#mayExec = new MissingRight(scope.load.total);
    const abandon = (): void => {
      this.#book.abandon();
      this.#dwelling.end();
    };
    scope.signal.addEventListener('abort', abandon, { once: true });
  }

  /** Claims that were sent and whose end is still to come. */
  get underWay(): number {
    return this.#underWay;
  }

  /** A claim fell due: it is sent now, or as soon as maxConcurrent has room. Null: it is due whenever it is sent. */
  send(index: number, dueMs: number | null): void {
    this.#scope.limit.enter(() => this.#begin(() => this.#sendAndFollow(index, dueMs)));
  }

  /** A live claim of the driver before. When it became ready, if it is by now, nobody saw. */
  adopt(index: number, dueMs: number, object: KubeObject, sentMs: number | null): void {
    const { name, uid = null } = object.metadata;
    const claim = this.#book.open({ index, name, dueMs, sentMs, uid, phase: this.#scope.phaseOf(index) });
    this.#book.sighted(name, { uid, ...readClaim(object) }, null);
    this.#scope.limit.occupy();
    this.#begin(() => this.#follow(claim, Promise.resolve()));
  }

  /** An ended claim of the driver before whose delete was never answered. */
  release(claim: ClaimTimeline, uid: string | null): void {
    this.#scope.limit.occupy();
    this.#begin(() => this.#dwellAndRemove(claim, uid));
  }

  /** A claim that this driver never sees: nobody sent it, or nobody knows what became of it. */
  async giveUp(index: number, dueMs: number, end: 'not-submitted' | 'unknown'): Promise<void> {
    await this.#end({ ...unbegun(index, this.#name(index), dueMs, this.#scope.phaseOf(index)), end });
  }

  /** `giveUp` for an arrival that the standstill of this very process swallowed. */
  missed(index: number, dueMs: number): void {
    this.#track(() => this.giveUp(index, dueMs, 'not-submitted'));
  }

  observe(event: WatchEvent<KubeObject>): void {
    switch (event.type) {
      case 'ADDED':
      case 'MODIFIED':
        this.#sighted(event.object, event.receivedAtMs);
        return;
      case 'DELETED':
        this.#deleted(event.object.metadata.name, event.object.metadata.uid ?? null);
        return;
      case 'RELISTED': {
        for (const item of event.items) this.#sighted(item, event.receivedAtMs);
        // The list may be older than a create that was answered since: look before believing it.
        const present = new Set(event.items.map((item) => item.metadata.name));
        for (const name of this.#book.missingFrom(present)) this.#track(() => this.#lookFor(name));
      }
    }
  }

  /** Resolves when every claim that was begun is over, and those that waited for them too. */
  async drained(): Promise<void> {
    while (this.#lives.size > 0) await Promise.all(this.#lives);
  }

  #name(index: number): string {
    return claimName(this.#scope.plan.owner, this.#scope.windowIndex, index);
  }

  #sighted(object: KubeObject, atMs: number): void {
    const { name, uid = null } = object.metadata;
    if (this.#book.find(name) !== null) this.#book.sighted(name, { uid, ...readClaim(object) }, atMs);
  }

  #deleted(name: string, uid: string | null): void {
    const claim = this.#book.find(name);
    if (claim !== null && claim.uid !== null && claim.uid === uid) this.#book.lost(name, 'ClaimDeleted');
  }

  async #lookFor(name: string): Promise<void> {
    const claim = this.#book.find(name);
    if (claim === null) return;
    // A look that fails says nothing: the claim's own time-out still ends it.
    const there = await this.#calls.isThere(name, claim.uid).catch(() => true);
    if (!there) this.#book.lost(name, 'ClaimDeleted');
  }

  async #sendAndFollow(index: number, dueAtMs: number | null): Promise<void> {
    // Whatever waited for room is let go when the driver stops.
    if (this.#scope.signal.aborted) return;
    const name = this.#name(index);
    const sentMs = epochMs();
    const dueMs = dueAtMs ?? sentMs;
    const phase = this.#scope.phaseOf(index);
    const claim = this.#book.open({ index, name, dueMs, sentMs, uid: null, phase });
    await this.#follow(claim, this.#create(index, name, sentMs));
  }

  /** Never rejects: a refusal is the claim's own end, and the window's where no claim could ever be created. */
  async #create(index: number, name: string, sentMs: number): Promise<void> {
    try {
      const { claim, adopted } = await this.#calls.create(index, name, sentMs);
      const { uid = null } = claim.metadata;
      this.#mayCreate.granted();
      this.#book.acknowledged(name, uid, epochMs());
      // Its events may have come before the book knew the name, so that nobody saw when it became what it is.
      if (adopted) this.#book.sighted(name, { uid, ...readClaim(claim) }, null);
    } catch (error) {
      if (this.#mayCreate.isToldBy(error)) this.#scope.fail(error);
      this.#book.lost(name, error instanceof SandtideError ? error.kind : 'Unexpected');
    }
  }

  async #follow(claim: LiveClaim, created: Promise<void>): Promise<void> {
    const { timeline } = claim;
    this.#underWay += 1;
    const leftMs = (timeline.sentMs ?? epochMs()) + this.#readyTimeoutMs - epochMs();
    const timer = setTimeout(
      () => this.#book.timedOut(timeline.name),
      Math.min(LONGEST_TIMER_MS, Math.max(0, leftMs)),
    );
    const turn = await claim.turned;
    clearTimeout(timer);
    if (turn === 'ready') await this.#use(timeline);
    // A create that is still on its way would land after the delete and stay.
    await created;
    if (this.#scope.signal.aborted) return;
    await this.#end(timeline);
    this.#underWay -= 1;
    await this.#dwellAndRemove(timeline, claim.uid);
    this.#book.close(timeline.name);
  }

  /** What is done with a ready sandbox: its launch type read, and the workload run in it. */
  async #use(claim: ClaimTimeline): Promise<void> {
    const command = this.#scope.plan.workloadCommand;
    if (claim.sandbox === null && command === null) return;
    const { launch, podName } = await this.#calls.sandbox(claim.sandbox ?? claim.name);
    claim.launch = launch;
    if (command === null || this.#scope.signal.aborted) return;
    claim.execStartedMs = epochMs();
    const exitCode = await this.#work(podName, command);
    claim.execEndedMs = epochMs();
    if (exitCode !== null) claim.execExitCode = exitCode;
    if (exitCode === 0) return;
    claim.end = 'failed';
    claim.reason = exitCode === null ? EXEC_FAILED : `${EXEC_FAILED}: exit code ${exitCode}`;
  }

  /** The exit code; null where it could not be run to its end. */
  async #work(podName: string, command: string[]): Promise<number | null> {
    try {
      const { exitCode } = await this.#calls.work(podName, command);
      this.#mayExec.granted();
      return exitCode;
    } catch (error) {
      if (this.#mayExec.isToldBy(error)) this.#scope.fail(error);
      return null;
    }
  }

  async #end(claim: ClaimTimeline): Promise<void> {
    await this.#scope.journal.append({ ended: claim });
    this.#scope.tally.ended(claim);
    this.#scope.ended?.(claim);
  }

  /** Only what became ready is used; its end is in the journal already, and whoever comes next knows when it may go. */
  async #dwellAndRemove(claim: ClaimTimeline, uid: string | null): Promise<void> {
    const sinceMs = claim.execEndedMs ?? claim.readyMs;
    if (claim.end === 'ready') {
      const restMs = (sinceMs ?? epochMs()) + dwellMs(this.#scope.load, claim.index) - epochMs();
      await this.#dwelling.wait(restMs);
      if (this.#scope.signal.aborted) return;
    }
    await this.#remove(claim, uid);
  }

  async #remove(claim: ClaimTimeline, uid: string | null): Promise<void> {
    if (!(await this.#calls.remove(claim.name, uid))) return;
    const atMs = epochMs();
    await this.#scope.journal.append({ released: { index: claim.index, atMs } });
    this.#scope.tally.released(claim, atMs);
  }

  /** One live claim, already counted by the limit, from here to the end of its life. */
  #begin(live: () => Promise<void>): void {
    this.#track(async () => {
      try {
        await live();
      } finally {
        this.#scope.limit.leave();
      }
    });
  }

  #track(work: () => Promise<void>): void {
    const life = work()
      .catch((error: unknown) => this.#scope.fail(error))
      .finally(() => this.#lives.delete(life));
    this.#lives.add(life);
  }
}
