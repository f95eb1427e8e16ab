import * as z from 'zod';
import { count, duration } from './field-types.ts';

/** Bounds of a load's figures; those that are worked out keep to them too. */
export const MOST_QPS = 10_000;
export const MOST_CLAIMS = 100_000_000;

const rate = () => z.number().min(0).max(MOST_QPS);

const constant = z.strictObject({
  shape: z.literal('constant').describe('One claim every 1/qps seconds, the first at once.'),
});

const poisson = z.strictObject({
  shape: z
    .literal('poisson')
    .describe('Independent users: each claim falls anywhere in the time of the load.'),
  seed: count(0, Number.MAX_SAFE_INTEGER)
    .default(1)
    .describe('The same seed gives the same arrivals, on every machine.'),
});

const bursts = z.strictObject({
  shape: z.literal('bursts').describe('Many claims at once, again and again, the first ones at the start.'),
  size: count(1, 100_000).describe('Claims that fall due at once.'),
  every: duration({ least: '1ms' }).describe('From one burst to the next.'),
});

const ramp = z.strictObject({
  shape: z.literal('ramp').describe('A rate that goes evenly from one to another.'),
  from: rate().describe('Claims per second at the start.'),
  to: rate().describe('Claims per second at the end.'),
});

const steps = z.strictObject({
  shape: z
    .literal('steps')
    .describe('A rate that goes in equal steps from one to another; all take as long.'),
  from: rate().describe('Claims per second of the first step.'),
  to: rate().describe('Claims per second of the last step.'),
  by: z.number().positive().max(MOST_QPS).describe('Height of a step; the last one may be lower.'),
});

const closedLoop = z.strictObject({
  shape: z
    .literal('closedLoop')
    .describe('No rate: each claim that is over lets the next one be sent. Due is sent then.'),
  live: count(1, 100_000).describe('Claims that are kept alive.'),
});

/** Shapes that send claims when they are due, whatever became of the ones before. */
export const openArrivals = z.discriminatedUnion('shape', [constant, poisson, bursts, ramp, steps]);
export const anyArrivals = z.discriminatedUnion('shape', [
  constant,
  poisson,
  bursts,
  ramp,
  steps,
  closedLoop,
]);

export type OpenArrivals = z.output<typeof openArrivals>;
export type Arrivals = z.output<typeof anyArrivals>;
