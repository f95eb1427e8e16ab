import * as z from 'zod';
import { count, duration } from '../spec/field-types.ts';

/** Verbs of the Kubernetes API as `kubectl auth can-i` knows them, and `exec` for every upgraded connection. */
export const API_VERBS = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'exec',
] as const;
export type ApiVerb = (typeof API_VERBS)[number];

const regularExpression = () =>
  z
    .string()
    .min(1)
    .max(200)
    .refine(compiles)
    .meta({ title: 'a regular expression as JavaScript reads it, such as "^claim-[0-9]+$"' });

function compiles(text: string): boolean {
  try {
    return new RegExp(text).source !== '';
  } catch {
    return false;
  }
}

const when = z.strictObject({
  verb: z.enum(API_VERBS).optional().describe('Only calls of this verb; left out, of any.'),
  resource: z
    .string()
    .max(100)
    .regex(/^[a-z0-9-]+$/)
    .meta({ title: 'the plural name of a resource, such as sandboxclaims' })
    .optional()
    .describe(
      'Only calls that are about this resource; left out, about any, and those about none (/version).',
    ),
  namespace: z
    .string()
    .max(63)
    .regex(/^[a-z0-9-]+$/)
    .meta({ title: 'the name of a namespace' })
    .optional()
    .describe('Only calls in this namespace.'),
  nameMatches: regularExpression()
    .optional()
    .describe('Only calls about one object whose name matches; a list or a watch of many has no name.'),
  after: duration({ most: '365d' })
    .default('0s')
    .describe("Only from then on, counted from the worker's first connection to the cluster."),
  until: duration({ least: '1ms', most: '365d' })
    .optional()
    .describe('Only until then, counted likewise; left out, to the end.'),
  probability: z
    .number()
    .positive()
    .max(1)
    .optional()
    .describe('Each matching call with this probability; the same seed and order of calls choose the same.'),
  every: count(1, 1_000_000_000)
    .optional()
    .describe('Every so-many-th matching call: 3 is the 3rd, 6th, 9th.'),
  times: count(1, 1_000_000_000)
    .optional()
    .describe('So many times at most. With neither probability nor every: the first so many calls.'),
});

const status = z.strictObject({
  type: z
    .literal('status')
    .describe('An answer with an HTTP status; the API server never hears of the call.'),
  code: count(400, 599).describe('HTTP status, 429 or 503 for instance.'),
  retryAfterSeconds: count(0, 3_600).optional().describe('Sets the header Retry-After.'),
});

const reset = z.strictObject({
  type: z.literal('reset').describe('The connection is reset; the API server never hears of the call.'),
});

const lostAnswer = z.strictObject({
  type: z
    .literal('lostAnswer')
    .describe('The call takes effect, then the connection is reset in place of its answer.'),
});

const stall = z.strictObject({
  type: z.literal('stall').describe('No answer; the API server never hears of the call.'),
  for: duration({ least: '1ms' })
    .optional()
    .describe('Then the connection is reset. Left out, it stays silent until the caller gives up.'),
});

const delay = z.strictObject({
  type: z.literal('delay').describe('The call goes on its way later; nothing else is wrong.'),
  for: duration({ least: '1ms' }).describe('How much later.'),
});

const endWatch = z.strictObject({
  type: z.literal('endWatch').describe('A watch is ended, as API servers end them under load.'),
  after: duration().default('0s').describe('So long after it began.'),
  abruptly: z
    .boolean()
    .default(false)
    .describe('Reset the connection, inside a line perhaps, in place of a clean end after a whole event.'),
});

const watchGone = z.strictObject({
  type: z
    .literal('watchGone')
    .describe('A watch is told 410 Gone, as after a compaction, so that it has to list again.'),
  after: duration().default('0s').describe('So long after it began.'),
});

const rule = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(80)
    .regex(/^[\w .,:;'()-]+$/)
    .meta({ title: 'words of letters, digits and simple punctuation, 80 characters at most' })
    .optional()
    .describe(
      'What the log and the counters call it; left out, what it does, such as `429 on create sandboxclaims`.',
    ),
  when: when.prefault({}).describe('Which calls.'),
  fault: z
    .discriminatedUnion('type', [status, reset, lostAnswer, stall, delay, endWatch, watchGone])
    .meta({
      title: 'a mapping whose type is one of status, reset, lostAnswer, stall, delay, endWatch, watchGone',
    })
    .describe('What happens to them.'),
});

/** A faults file as a user writes it. Network faults between sandtide and the API servers of its clusters. */
export const faultPlanSchema = z.strictObject({
  seed: count(0, 4_294_967_295).default(1).describe('Another seed chooses other calls by probability.'),
  rules: z
    .array(rule)
    .min(1)
    .max(100)
    .meta({ title: 'a list of 1 to 100 rules' })
    .describe('Asked in this order; the first that chooses a call has it, and those after it do not see it.'),
});

/** A faults file with its defaults filled in. */
export type FaultPlan = z.output<typeof faultPlanSchema>;
export type FaultRule = FaultPlan['rules'][number];
export type Fault = FaultRule['fault'];
export type WatchFault = Extract<Fault, { type: 'endWatch' | 'watchGone' }>;
