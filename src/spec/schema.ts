import * as z from 'zod';
import { FORWARD_STAGES } from '../domain/stages.ts';
import { soak } from './soak-fields.ts';
import { MOST_THRESHOLDS, NO_FAILURES, threshold } from './threshold-fields.ts';
import { agentSandbox } from './agent-sandbox-schema.ts';
import { duration, folderBelow } from './field-types.ts';
import { existingProvider } from './existing-schema.ts';
import { kindProvider } from './kind-schema.ts';
import type { LoadSpec } from './load-schema.ts';
import { load } from './load-schema.ts';
import { nodePool } from './node-pool-schema.ts';

/** Types of the provider registry: the specs' and the registry's one list. */
export const PROVIDER_TYPES = ['local', 'existing', 'kind'] as const;

export { MOST_CLAIMS } from './load-schema.ts';

/** A year of load, and room around it. The cap that is worked out is twice the lease plus `keep`: it fits. */
const LONGEST_LEASE = '400d';
const LONGEST_LEASE_CAP = '1200d';

const localProvider = z.strictObject({
  type: z.literal('local').describe('A throw-away control plane on this machine; its nodes are fake.'),
  pools: z
    .strictObject({
      general: nodePool(
        { nodes: 1, maxPods: 110, tainted: false },
        'Nodes for everything that is no sandbox.',
      ),
      sandbox: nodePool(
        { nodes: 4, maxPods: 250, tainted: true },
        'Nodes for sandboxes, tainted so that nothing else lands there.',
      ),
    })
    .prefault({})
    .describe('The node pools.'),
  podStartup: z
    .strictObject({
      delay: duration({ most: '1h' }).default('150ms').describe('From scheduled to ready of each fake pod.'),
      jitter: duration({ most: '1h' }).default('50ms').describe('Up to so much more, evenly spread.'),
    })
    .prefault({})
    .describe('How long a fake pod takes to start: the cold start that the benchmark will see.'),
});

const limits = z.strictObject({
  lease: duration({ least: '10s', most: LONGEST_LEASE })
    .default('2h')
    .describe('How long the run may own resources; the guard ends it after that.'),
  leaseCap: duration({ least: '10s', most: LONGEST_LEASE_CAP })
    .optional()
    .describe(
      'From the start of the run: until when its lease can be extended at most. Left out, it is twice the lease plus keep.',
    ),
  teardownDeadline: duration({ least: '1s' })
    .default('30m')
    .describe('How long an undo is retried before the outcome is cleanup-incomplete.'),
  heartbeatTimeout: duration({ least: '2s', most: '10m' })
    .default('10s')
    .describe('A worker silent for so long is taken for dead.'),
});

const onFailure = z.strictObject({
  hold: duration({ least: '1s', most: '7d' })
    .nullable()
    .default(null)
    .describe(
      'How long a failed stage waits for an operator, with the cluster kept; null takes everything down at once.',
    ),
});

/** The document as a user writes it. */
export const runSpecSchema = z.strictObject({
  description: z.string().max(500).optional().describe('Free text for the report.'),
  provider: z
    .discriminatedUnion('type', [localProvider, existingProvider, kindProvider])
    .prefault({ type: 'local' })
    .describe('Where the cluster comes from.'),
  agentSandbox: agentSandbox.prefault({}).describe('What is installed and measured.'),
  load: load.describe('How claims arrive.'),
  thresholds: z
    .array(threshold())
    .max(MOST_THRESHOLDS)
    .default([NO_FAILURES])
    .meta({ title: `a list of thresholds, ${MOST_THRESHOLDS} at most` })
    .describe(
      'What the whole load has to keep to, or the outcome is thresholds-missed. Where failedFraction is not in the list, no claim may fail.',
    ),
  soak: soak.prefault({}).describe('What makes a long load a soak.'),
  limits: limits.prefault({}).describe('When to stop waiting.'),
  onFailure: onFailure.prefault({}).describe('What happens when a stage has failed.'),
  through: z
    .enum(FORWARD_STAGES)
    .default('run-claims')
    .describe('The last stage that is done; with keep, a later run does the others.'),
  keep: duration({ least: '1m', most: LONGEST_LEASE })
    .nullable()
    .default(null)
    .describe(
      'How long the cluster is kept once the stages are done, for a later run to take over; null takes it down at once.',
    ),
  takeOver: z
    .string()
    .min(1)
    .max(900)
    .nullable()
    .default(null)
    .meta({ title: 'the name of a run that keeps its cluster' })
    .describe('The run whose cluster this one takes over, with all that is installed in it.'),
  report: z
    .strictObject({
      folder: folderBelow()
        .default('runs')
        .describe("Below the worker's folder; each run makes a folder of its own name in it."),
    })
    .prefault({})
    .describe('Where the results go.'),
});

type Parsed = z.output<typeof runSpecSchema>;
export type { LoadSpec } from './load-schema.ts';
export type LimitsSpec = Omit<Parsed['limits'], 'leaseCap'> & { leaseCap: string };
/** The resolved spec: every default filled in. Frozen in history. Durations stay as written (`durationMs` reads them). */
export type RunSpec = Omit<Parsed, 'load' | 'limits'> & { load: LoadSpec; limits: LimitsSpec };
/** A spec that keeps to the schema; what follows from several of its values is still open. */
export type CheckedSpec = Parsed;
export type LocalProviderSpec = z.output<typeof localProvider>;
