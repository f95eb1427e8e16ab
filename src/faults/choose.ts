import { createHash } from 'node:crypto';
import { durationMs } from '../domain/durations.ts';
import type { ApiCall } from './api-call.ts';
import { isWatchFault, ruleName } from './rule-words.ts';
import type { FaultPlan, FaultRule } from './schema.ts';

/** How one rule fared so far. */
export interface RuleCounts {
  rule: string;
  /** Calls that the rule's `when` fits, within its time. */
  matched: number;
  /** Of these, the calls that it took. */
  chosen: number;
  /** Of these, the ones whose fault really took place: a caller may give up first, a watch may end by itself. */
  happened: number;
}

/** A rule that took a call. */
export interface Chosen {
  rule: FaultRule;
  name: string;
  /** To be called when the fault has taken place. */
  happened: () => void;
}

export interface FaultChooser {
  /** The rule that takes this call, or null. `elapsedMs` counts from the first connection to the cluster. */
  choose(call: ApiCall, elapsedMs: number): Chosen | null;
  /** One for each rule, in the file's order. */
  counts(): RuleCounts[];
}

/**
 * Decides which calls get which fault. Nothing but the plan, the calls in their order and the times given with them
 * goes into it, so that the same calls meet the same faults again.
 */
export function createFaultChooser(plan: FaultPlan): FaultChooser {
  const rules = plan.rules.map((rule, index) => ({
    rule,
    fits: matcherOf(rule),
    takes: selectorOf(rule, (nth) => draw(plan.seed, index, nth)),
    counts: { rule: ruleName(rule), matched: 0, chosen: 0, happened: 0 } satisfies RuleCounts,
  }));
  return {
    choose(call, elapsedMs) {
      for (const { rule, fits, takes, counts } of rules) {
        if (!fits(call, elapsedMs)) continue;
        counts.matched++;
        if (!takes(counts)) continue;
        counts.chosen++;
        return { rule, name: counts.rule, happened: () => void counts.happened++ };
      }
      return null;
    },
    counts: () => rules.map(({ counts }) => ({ ...counts })),
  };
}

function matcherOf({ when, fault }: FaultRule): (call: ApiCall, elapsedMs: number) => boolean {
  const name = when.nameMatches === undefined ? null : new RegExp(when.nameMatches);
  const verb = isWatchFault(fault) ? 'watch' : when.verb;
  const afterMs = durationMs(when.after);
  const untilMs = when.until === undefined ? Infinity : durationMs(when.until);
  return (call, elapsedMs) =>
    elapsedMs >= afterMs &&
    elapsedMs < untilMs &&
    (verb === undefined || call.verb === verb) &&
    (when.resource === undefined || call.resource === when.resource) &&
    (when.namespace === undefined || call.namespace === when.namespace) &&
    (name === null || (call.name !== null && name.test(call.name)));
}

/** Whether a rule takes the call that was just counted as matched. */
function selectorOf(
  { when }: FaultRule,
  drawn: (nth: number) => number,
): (counts: Pick<RuleCounts, 'matched' | 'chosen'>) => boolean {
  return ({ matched, chosen }) =>
    chosen < (when.times ?? Infinity) &&
    (when.every === undefined || matched % when.every === 0) &&
    (when.probability === undefined || drawn(matched) < when.probability);
}

/**
 * An evenly spread number in [0, 1) that follows from its arguments alone. A hash, not a generator: nothing is carried
 * from call to call, so that a rule's draws don't depend on what other rules drew.
 */
function draw(seed: number, rule: number, nth: number): number {
  return createHash('sha256').update(`${seed}/${rule}/${nth}`).digest().readUIntBE(0, 6) / 2 ** 48;
}
