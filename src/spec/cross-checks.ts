import { durationMs, formatDuration } from '../domain/durations.ts';
import type { FoundProblem } from './field-problems.ts';
import type { LoadFigures } from './load-figures.ts';
import { FIGURES, loadFigures } from './load-figures.ts';
import { nearest } from './nearest.ts';
import { valueAt } from './schema-node.ts';
import type { CheckedSpec } from './schema.ts';

/** What there is to check: `sound` says which values are the user's own, and `figures` is null where the load is wrong. */
export interface CrossChecked {
  spec: CheckedSpec;
  figures: LoadFigures | null;
  sound: (place: string) => boolean;
}

/** Fewer than two figures of the load, or two that do not make a third. */
export function loadProblems(document: unknown, load: CheckedSpec['load']): FoundProblem[] {
  const written = valueAt(['load'], document);
  const keys = typeof written === 'object' && written !== null ? Object.keys(written) : [];
  // A wrong or misspelt figure has its own problem; it is not told again as a missing one.
  const meant = FIGURES.filter((figure) => keys.some((key) => nearest(key, FIGURES) === figure));
  if (meant.length < 2) {
    const only = meant.length === 0 ? 'none of them' : `only ${meant[0]}`;
    return [{ path: ['load'], message: `give two of qps, duration and total; found ${only}` }];
  }
  const { problem } = loadFigures(load);
  return problem === null ? [] : [problem];
}

/** A run that keeps to all its own bounds must not outlive its lease: the guard would end it in the middle. */
export function leaseProblems({ spec, figures, sound }: CrossChecked): FoundProblem[] {
  const { limits } = spec;
  const problems: FoundProblem[] = [];
  const parts: [place: string, text: string | null][] = [
    ['agentSandbox.warmPool.readyTimeout', spec.agentSandbox.warmPool.readyTimeout],
    ['load.duration', figures?.duration ?? null],
    ['load.readyTimeout', spec.load.readyTimeout],
    ['load.workloadDuration', spec.load.workloadDuration],
    ['onFailure.hold', spec.onFailure.hold],
    ['limits.teardownDeadline', limits.teardownDeadline],
  ];
  const told = parts.filter(([place, text]) => sound(place) && text !== null && durationMs(text) > 0);
  const needed = told.reduce((sum, [, text]) => sum + durationMs(text ?? '0s'), 0);
  if (sound('limits.lease') && durationMs(limits.lease) < needed) {
    const sum = told.map(([place, text]) => `${text} ${place}`).join(' + ');
    problems.push({
      path: ['limits', 'lease'],
      message: `${limits.lease} is too short for what the run may take: ${sum} = ${formatDuration(needed)}; lengthen the lease or shorten those`,
    });
  }
  const kept = spec.keep === null ? 0 : durationMs(spec.keep);
  const most = durationMs(limits.lease) + kept;
  if (
    limits.leaseCap !== undefined &&
    sound('limits') &&
    sound('keep') &&
    durationMs(limits.leaseCap) < most
  ) {
    const what = spec.keep === null ? `lease ${limits.lease}` : `lease ${limits.lease} + keep ${spec.keep}`;
    problems.push({ path: ['limits', 'leaseCap'], message: `${limits.leaseCap} is less than ${what}` });
  }
  return problems;
}

/** Sandboxes that can never have a place on the local cluster's nodes, however long one waits. */
export function capacityProblems({ spec, figures, sound }: CrossChecked): FoundProblem[] {
  if (!sound('provider')) return [];
  const { nodes, maxPods } = spec.provider.pools.sandbox;
  const room = nodes * maxPods;
  const has = `provider.pools.sandbox has room for ${room} pods (${nodes} nodes x ${maxPods} maxPods)`;
  const problems: FoundProblem[] = [];
  const { replicas } = spec.agentSandbox.warmPool;
  if (sound('agentSandbox.warmPool.replicas') && replicas > room) {
    problems.push({
      path: ['agentSandbox', 'warmPool', 'replicas'],
      message: `${replicas} sandboxes can never be ready at once: ${has}`,
    });
  }
  const alive = figures === null || !sound('load') ? 0 : leastAlive(spec, figures);
  if (figures !== null && alive > room) {
    problems.push({
      path: ['load', 'workloadDuration'],
      message: `at ${figures.qps} claims a second that each work for ${spec.load.workloadDuration}, ${alive} are alive at once, but ${has}`,
    });
  }
  return problems;
}

/** Claims that are alive at once even if each is ready and deleted in no time. */
function leastAlive({ load }: CheckedSpec, { qps, duration, total }: LoadFigures): number {
  const seconds = Math.min(durationMs(load.workloadDuration), durationMs(duration)) / 1000;
  return Math.min(load.maxConcurrent, total, Math.floor(qps * seconds));
}
