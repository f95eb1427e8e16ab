import type { LoadChange } from '../domain/load-change.ts';
import type { ArrivalTimeline } from './timeline.ts';
import { arrivalTimeline } from './timeline.ts';
import type { WindowRequest } from './window.ts';

/** A window's part of the load's timeline, as the load stands now. Times are milliseconds after the timeline's start. */
export class WindowSlice {
  readonly #request: WindowRequest;
  #timeline: ArrivalTimeline;
  #untilMs: number | null;
  #firstIndex = 0;
  #end = 0;

  constructor(request: WindowRequest) {
    this.#request = request;
    this.#untilMs = request.stretch?.untilMs ?? null;
    this.#timeline = arrivalTimeline(request.load, request.changes);
    this.#count();
  }

  /** The load was changed; `changes` are all so far. */
  change(changes: readonly LoadChange[], untilMs?: number | null): void {
    if (untilMs !== undefined) this.#untilMs = untilMs;
    this.#timeline = arrivalTimeline(this.#request.load, changes);
    this.#count();
  }

  get firstIndex(): number {
    return this.#firstIndex;
  }

  /** One past the window's last arrival. */
  get end(): number {
    return this.#end;
  }

  /** Where the window begins; of one that is told by its claims, when the first one falls due, 0 where none does. */
  get startOffsetMs(): number {
    const offsetMs = this.#request.stretch?.fromMs ?? this.dueOffsetMs(this.firstIndex);
    return offsetMs === Infinity ? 0 : offsetMs;
  }

  /** Until when a window that is told by its time lasts, whether or not any claim falls due; 0 for any other. */
  get lastsUntilMs(): number {
    if (!this.#request.stretch) return 0;
    return this.#untilMs ?? this.#timeline.endOffsetMs;
  }

  /** Infinity for what does not fall due: behind an open pause, or no arrival of the load as it stands now. */
  dueOffsetMs(index: number): number {
    return index < this.#timeline.total ? this.#timeline.dueOffsetMs(index) : Infinity;
  }

  /** The name of its phase; undefined where the load has none. */
  phaseOf(index: number): string | undefined {
    if (this.#request.load.phases === undefined) return undefined;
    const known = Math.min(index, this.#timeline.total - 1);
    return this.#timeline.phases[known < 0 ? 0 : this.#timeline.phaseOf(known)];
  }

  /** One past the last arrival of the window that falls due before `elapsedMs`. */
  dueBefore(elapsedMs: number): number {
    return Math.min(this.end, Math.max(this.firstIndex, this.#timeline.dueBefore(elapsedMs)));
  }

  /** Both are asked for at each arrival. */
  #count(): void {
    const { arrivals, firstIndex, stretch } = this.#request;
    const { total } = this.#timeline;
    this.#firstIndex = stretch ? this.#timeline.dueBefore(stretch.fromMs) : firstIndex;
    const last = arrivals === null || stretch ? total : Math.min(total, firstIndex + arrivals);
    const until = this.#untilMs === null ? last : Math.min(last, this.#timeline.dueBefore(this.#untilMs));
    this.#end = Math.max(this.#firstIndex, until);
  }
}
