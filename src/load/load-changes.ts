import type { LoadChange } from '../domain/load-change.ts';

/**
 * How a window hears of what operators change of its load. `tell` is called with all changes so far before this resolves,
 * and again with all of them whenever there is a new one, until what it resolves with is called.
 */
export type ListenForChanges = (tell: TellChanges) => Promise<() => void>;

/** `untilMs`: where the window ends now, counted from the timeline's start; left out, where it did before. */
export type TellChanges = (changes: readonly LoadChange[], untilMs?: number | null) => void;
