import { durationMs, formatDuration } from '../domain/durations.ts';
import { LONGEST_DWELL_MEANS } from '../domain/dwell-limit.ts';
import type { FoundProblem } from './field-problems.ts';
import { short } from './load-figures.ts';
import type { LoadSpec } from './load-schema.ts';
import type { CheckedSpec } from './schema.ts';

/** What there is to check: `sound` says which values are the user's own, and `load` is null where its figures are wrong. */
export interface CrossChecked {
  spec: CheckedSpec;
  load: LoadSpec | null;
  sound: (place: string) => boolean;
}

/** A run that keeps to all its own bounds must not outlive its lease: the guard would end it in the middle. */
export function leaseProblems({ spec, load, sound }: CrossChecked): FoundProblem[] {
  const { limits } = spec;
  const problems: FoundProblem[] = [];
  const parts: [place: string, text: string | null][] = [
    ['agentSandbox.warmPool.readyTimeout', spec.agentSandbox.warmPool.readyTimeout],
    ['load.duration', load?.duration ?? null],
    ['load.readyTimeout', spec.load.readyTimeout],
    ['load.workloadDuration', spec.load.workloadDuration],
    ['load.workloadTimeout', spec.load.workloadCommand === null ? null : spec.load.workloadTimeout],
    ['load.dwell', longestDwell(spec.load)],
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

/** What a kubelet takes where nobody tells it otherwise. */
const KUBELET_MAX_PODS = 110;

/** Sandboxes that can never have a place on the nodes of a cluster that the run makes, however long one waits. */
export function capacityProblems({ spec, load, sound }: CrossChecked): FoundProblem[] {
  if (!sound('provider') || !('pools' in spec.provider)) return [];
  const { sandbox } = spec.provider.pools;
  const { nodes } = sandbox;
  const maxPods = 'maxPods' in sandbox ? sandbox.maxPods : KUBELET_MAX_PODS;
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
  const crowd = load === null || !sound('load') ? null : leastAlive(load);
  if (crowd !== null && crowd.alive > room) {
    problems.push({
      path: ['load', ...crowd.place.split('.')],
      message: `${crowd.why}, ${crowd.alive} are alive at once, but ${has}`,
    });
  }
  return problems;
}

/** The longest that a claim may dwell, in words that `durationMs` reads. */
function longestDwell({ dwell, dwellDistribution }: LoadSpec | CheckedSpec['load']): string {
  const times = dwellDistribution === 'constant' ? 1 : LONGEST_DWELL_MEANS;
  return formatDuration(times * durationMs(dwell));
}

interface Crowd {
  alive: number;
  place: string;
  why: string;
}

/** The most claims that are alive at once even if each is ready and deleted in no time. */
function leastAlive(load: LoadSpec): Crowd {
  const { arrivals, maxConcurrent, workloadDuration, dwell, dwellDistribution } = load;
  if (arrivals.shape === 'closedLoop') {
    const alive = Math.min(arrivals.live, load.total);
    return { alive, place: 'arrivals.live', why: `in a closed loop of ${arrivals.live}` };
  }
  // Where dwell times differ nobody knows which of them meet.
  const dwellMs = dwellDistribution === 'constant' ? durationMs(dwell) : 0;
  const lifeMs = durationMs(workloadDuration) + dwellMs;
  const lives = [
    ...(durationMs(workloadDuration) > 0 ? [`work for ${workloadDuration}`] : []),
    ...(dwellMs > 0 ? [`dwell for ${dwell}`] : []),
  ].join(' and ');
  const place = durationMs(workloadDuration) > 0 ? 'workloadDuration' : 'dwell';
  const crowds = (load.phases ?? [load]).map(({ qps = 0, duration, total }): Crowd => {
    const seconds = Math.min(lifeMs, durationMs(duration)) / 1000;
    const alive = Math.min(maxConcurrent, total, Math.floor(qps * seconds));
    return { alive, place, why: `at ${short(qps)} claims a second that each ${lives}` };
  });
  return crowds.reduce((most, crowd) => (crowd.alive > most.alive ? crowd : most));
}
