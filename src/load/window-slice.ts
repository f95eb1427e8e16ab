import type { LoadChange } from '../domain/load-change.ts';
import type { ArrivalTimeline } from './timeline.ts';
import { arrivalTimeline } from './timeline.ts';
import type { WindowRequest } from './window.ts';

/** A window's part of the load's timeline, as the load stands now. Times are milliseconds after the timeline's start. */
export class WindowSlice {
  readonly firstIndex: number;
  readonly #request: WindowRequest;
  #timeline: ArrivalTimeline;

  constructor(request: WindowRequest) {
    this.#request = request;
    this.firstIndex = request.firstIndex;
    this.#timeline = arrivalTimeline(request.load, request.changes);
  }

  /** The load was changed; `changes` are all so far. */
  change(changes: readonly LoadChange[]): void {
    this.#timeline = arrivalTimeline(this.#request.load, changes);
  }

  /** One past the window's last arrival. */
  get end(): number {
    const { total } = this.#timeline;
    const { arrivals, firstIndex } = this.#request;
    return Math.max(firstIndex, arrivals === null ? total : Math.min(total, firstIndex + arrivals));
  }

  /** When the window's first arrival falls due; 0 where none does. */
  get startOffsetMs(): number {
    const offsetMs = this.dueOffsetMs(this.firstIndex);
    return offsetMs === Infinity ? 0 : offsetMs;
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
}
