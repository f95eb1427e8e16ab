import { durationMs } from '../domain/durations.ts';
import { stepsBetween } from '../domain/step-rates.ts';
import type { Arrivals } from '../spec/arrivals-schema.ts';
import type { LoadSpec } from '../spec/load-schema.ts';
import { count, plural, rate } from './figures.ts';

/** The spec below has the rest. */
const LONGEST_COMMAND = 60;

/** What a reader of a closed loop's latencies has to know. */
const CLOSED_LOOP =
  'Closed loop: a claim is due when it is sent, so latencies from due are those from the send, and a system that slows down is asked for less.';

/** What a load asks for, as items of a row: how claims arrive, what runs in them, how long they live. */
export function loadItems(load: LoadSpec): string[] {
  const { phases, pauseBetween, dwell, dwellDistribution } = load;
  const pause = durationMs(pauseBetween) > 0 ? `, ${pauseBetween} between` : '';
  return [
    phases === undefined
      ? arrivalsWords(load.arrivals, load.qps)
      : `${plural(phases.length, 'phase')}${phases.length > 1 ? pause : ''}`,
    workloadWords(load),
    ...(durationMs(dwell) > 0
      ? [`dwell ${dwell}${dwellDistribution === 'constant' ? '' : ' in the mean (exponential)'}`]
      : []),
  ];
}

/** What its latencies do not say by themselves; null where they do. */
export function loadNote({ arrivals }: LoadSpec): string | null {
  return arrivals.shape === 'closedLoop' ? CLOSED_LOOP : null;
}

/** `at random, 20.0/s (seed 1)`. `qps` is the mean where the shape has a rate of its own. */
export function arrivalsWords(arrivals: Arrivals, qps: number | undefined): string {
  switch (arrivals.shape) {
    case 'constant':
      return `evenly at ${rate(qps ?? null)}`;
    case 'poisson':
      return `at random, ${rate(qps ?? null)} (seed ${arrivals.seed})`;
    case 'bursts':
      return `${count(arrivals.size)} at once every ${arrivals.every}`;
    case 'ramp':
      return `ramp from ${rate(arrivals.from)} to ${rate(arrivals.to)}`;
    case 'steps':
      return `${count(stepsBetween(arrivals))} steps from ${rate(arrivals.from)} to ${rate(arrivals.to)}`;
    case 'closedLoop':
      return `closed loop of ${plural(arrivals.live, 'live claim')}`;
  }
}

function workloadWords({ workloadCommand, workloadDuration }: LoadSpec): string {
  if (workloadCommand !== null) {
    const words = workloadCommand.join(' ');
    return `command ${words.length > LONGEST_COMMAND ? `${words.slice(0, LONGEST_COMMAND - 1)}…` : words}`;
  }
  return durationMs(workloadDuration) > 0 ? `busy loop of ${workloadDuration}` : 'no workload';
}
