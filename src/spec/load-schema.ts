import * as z from 'zod';
import { LONGEST_DWELL_MEANS } from '../domain/dwell-limit.ts';
import { anyArrivals, MOST_CLAIMS, MOST_QPS, openArrivals } from './arrivals-schema.ts';
import { count, duration } from './field-types.ts';

export { MOST_CLAIMS, MOST_QPS } from './arrivals-schema.ts';
export const LONGEST_LOAD = '365d';
/** Each phase has percentiles of its own, and they cross in results of bounded size. */
const MOST_PHASES = 20;

/** Two of these have to be there, or arrivals that say what is missing; an editor that reads the JSON Schema says so. */
const ANY_TWO = [
  ['qps', 'duration'],
  ['qps', 'total'],
  ['duration', 'total'],
  ['duration', 'arrivals'],
  ['total', 'arrivals'],
].map((required) => ({ required }));

const figures = {
  qps: z
    .number()
    .positive()
    .max(MOST_QPS)
    .optional()
    .describe('Claims per second. Any two of qps, duration and total give the third.'),
  duration: duration({ least: '1ms', most: LONGEST_LOAD })
    .optional()
    .describe('From the first claim due to the end of the arrivals.'),
  total: count(1, MOST_CLAIMS).optional().describe('How many claims.'),
};

const phase = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/)
    .meta({ title: 'a name of a-z, 0-9 and inner hyphens, 40 characters at most' })
    .describe('What the phase is called in the report; no two have the same.'),
  ...figures,
  arrivals: openArrivals
    .prefault({ shape: 'constant' })
    .describe('How its claims are spread over the phase.'),
});

export const load = z
  .strictObject({
    ...figures,
    arrivals: anyArrivals
      .prefault({ shape: 'constant' })
      .describe(
        'How claims are spread over the load. bursts, ramp and steps have a rate of their own: duration or total is enough for them.',
      ),
    phases: z
      .array(
        phase.meta({
          title: 'a mapping with a name and two of qps, duration and total',
          anyOf: ANY_TWO.map(({ required }) => ({ required: ['name', ...required] })),
        }),
      )
      .min(1)
      .max(MOST_PHASES)
      .optional()
      .meta({ title: `a list of phases, ${MOST_PHASES} at most` })
      .describe(
        'Stretches of load one after the other, each with figures and arrivals of its own, in place of those above.',
      ),
    pauseBetween: duration().default('0s').describe('From the end of a phase to the start of the next one.'),
    maxConcurrent: count(1, 100_000)
      .default(200)
      .describe('Most claims alive at once; what it delays is reported.'),
    readyTimeout: duration({ least: '1ms' })
      .default('180s')
      .describe('A claim not ready by then has timed out.'),
    workloadDuration: duration()
      .default('0s')
      .describe('Busy loop run inside each ready sandbox by exec; 0s runs none.'),
    workloadCommand: z
      .array(
        z
          .string()
          .max(4096)
          .regex(/^[^\0]*$/)
          .meta({ title: 'text of 4096 characters at most' }),
      )
      .min(1)
      .max(64)
      .nullable()
      .default(null)
      .meta({ title: 'a program and its arguments as a list, 64 at most' })
      .describe(
        'Run inside each ready sandbox by exec, without a shell; another exit code than 0 makes the claim a failed one.',
      ),
    workloadTimeout: duration({ least: '1s' })
      .default('1m')
      .describe('A workloadCommand that is not over by then has failed.'),
    dwell: duration()
      .default('0s')
      .describe('How long a claim that is ready, and whose workload is over, lives before it is deleted.'),
    dwellDistribution: z
      .enum(['constant', 'exponential'])
      .default('constant')
      .describe(
        `Whether all live as long as dwell says, or that long in the mean (${LONGEST_DWELL_MEANS} times as long at most).`,
      ),
  })
  .meta({
    title: 'a mapping with two of qps, duration and total, or with phases',
    anyOf: [...ANY_TWO, { required: ['phases'] }],
  });

type Parsed = z.output<typeof load>;
export type PhaseParsed = z.output<typeof phase>;
/** A phase with its three figures in agreement. `qps` is the mean of a rate that changes. */
export type PhaseSpec = Omit<PhaseParsed, 'qps' | 'duration' | 'total'> & {
  qps: number;
  duration: string;
  total: number;
};
/**
 * The load with its figures worked out. With phases they are those of all together, and `qps` is the mean without the
 * pauses. A closed loop has no `qps`, and `total` is the most that it may send.
 */
export type LoadSpec = Omit<Parsed, 'qps' | 'duration' | 'total' | 'phases'> & {
  qps?: number | undefined;
  duration: string;
  total: number;
  phases?: PhaseSpec[] | undefined;
};
