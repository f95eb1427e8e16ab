import type { ClaimTimeline } from '../measure/window-result.ts';
import { stampMs } from '../sandbox/claim-status.ts';

/** What a look at a claim's object says, however it came: by watch, list or get. */
export interface ClaimSighting {
  uid: string | null;
  /** The sandbox that the status names; null before the claim is bound. */
  sandboxName: string | null;
  ready: boolean;
  /** Why it can never become ready; null while it may. */
  terminalReason: string | null;
  /** What its condition says, for a claim that times out. */
  reason: string | null;
  /** The controller's notes on the claim, as they were written. */
  observedAt?: string | undefined;
  stampedAt?: string | undefined;
}

/** How the wait for readiness was over. */
export type Turn = 'ready' | 'failed' | 'timed-out';

/** A claim from its send until it leaves the book. */
export interface LiveClaim {
  readonly timeline: ClaimTimeline;
  uid: string | null;
  /** Null while it is waited for. The first turn stands; what comes later changes times that are still null, no more. */
  turn: Turn | null;
  /** Resolves with the turn, or with null where the wait was abandoned. */
  readonly turned: Promise<Turn | null>;
}

interface Entry extends LiveClaim {
  lastReason: string | null;
  resolve(turn: Turn | null): void;
}

/**
 * All claims that live, by name. Create answers and sightings may come in any order and more than once: the first one
 * to say something stands. Names that are not in the book are ignored, since ended claims leave it.
 */
export class ClaimBook {
  readonly #live = new Map<string, Entry>();

  get size(): number {
    return this.#live.size;
  }

  open(claim: {
    index: number;
    name: string;
    dueMs: number;
    sentMs: number | null;
    uid: string | null;
    phase?: string | undefined;
  }): LiveClaim {
    const { promise, resolve } = Promise.withResolvers<Turn | null>();
    const entry: Entry = {
      timeline: { ...unbegun(claim.index, claim.name, claim.dueMs, claim.phase), sentMs: claim.sentMs },
      uid: claim.uid,
      turn: null,
      turned: promise,
      lastReason: null,
      resolve,
    };
    this.#live.set(claim.name, entry);
    return entry;
  }

  find(name: string): LiveClaim | null {
    return this.#live.get(name) ?? null;
  }

  /** The create was answered. */
  acknowledged(name: string, uid: string | null, atMs: number): void {
    const entry = this.#live.get(name);
    if (entry === undefined) return;
    entry.uid ??= uid;
    entry.timeline.acknowledgedMs ??= atMs;
  }

  /** The object was seen. `atMs` null: it was like this already when first looked at, nobody knows since when. */
  sighted(name: string, sighting: ClaimSighting, atMs: number | null): void {
    const entry = this.#live.get(name);
    if (entry === undefined) return;
    if (entry.uid !== null && sighting.uid !== null && entry.uid !== sighting.uid) return;
    entry.uid ??= sighting.uid;
    entry.lastReason = sighting.reason;
    const { timeline } = entry;
    note(timeline, sighting);
    if (sighting.sandboxName !== null && timeline.sandbox === null) {
      timeline.sandbox = sighting.sandboxName;
      timeline.boundMs = atMs;
    }
    if (sighting.ready) {
      if (entry.turn === null) timeline.readyMs = atMs;
      this.#turn(entry, 'ready', null);
    } else if (sighting.terminalReason !== null) {
      this.#turn(entry, 'failed', sighting.terminalReason);
    }
  }

  /** It will never become ready: its create was refused, or somebody else deleted it. */
  lost(name: string, reason: string): void {
    const entry = this.#live.get(name);
    if (entry !== undefined) this.#turn(entry, 'failed', reason);
  }

  timedOut(name: string): void {
    const entry = this.#live.get(name);
    if (entry === undefined) return;
    this.#turn(
      entry,
      'timed-out',
      entry.lastReason === null ? 'ReadyTimeout' : `ReadyTimeout: ${entry.lastReason}`,
    );
  }

  /** Names that are waited for, were acknowledged, and are not among `present`. */
  missingFrom(present: ReadonlySet<string>): string[] {
    const waiting = [...this.#live].filter(([, entry]) => entry.turn === null && entry.uid !== null);
    return waiting.map(([name]) => name).filter((name) => !present.has(name));
  }

  close(name: string): void {
    this.#live.delete(name);
  }

  /** Ends every wait without a turn: the driver stops, and another one may go on. */
  abandon(): void {
    for (const entry of this.#live.values()) entry.resolve(null);
  }

  #turn(entry: Entry, turn: Turn, reason: string | null): void {
    if (entry.turn !== null) return;
    entry.turn = turn;
    entry.timeline.end = turn;
    entry.timeline.reason = reason;
    entry.resolve(turn);
  }
}

/** Each note is read once: parsing it for every event would cost more than all else. */
function note(timeline: ClaimTimeline, { observedAt, stampedAt }: ClaimSighting): void {
  if (observedAt !== undefined && timeline.observedMs === undefined) {
    const observedMs = stampMs(observedAt);
    if (observedMs !== undefined) timeline.observedMs = observedMs;
  }
  if (stampedAt !== undefined && timeline.stampedMs === undefined) {
    const stampedMs = stampMs(stampedAt);
    if (stampedMs !== undefined) timeline.stampedMs = stampedMs;
  }
}

/** The timeline of a claim of which nothing is known but when it fell due. */
export function unbegun(index: number, name: string, dueMs: number, phase?: string): ClaimTimeline {
  return {
    index,
    name,
    ...(phase === undefined ? {} : { phase }),
    end: 'unknown',
    reason: null,
    launch: 'unknown',
    sandbox: null,
    dueMs,
    sentMs: null,
    acknowledgedMs: null,
    boundMs: null,
    readyMs: null,
    execStartedMs: null,
    execEndedMs: null,
    releasedMs: null,
  };
}
