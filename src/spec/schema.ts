import * as z from 'zod';
import { FORWARD_STAGES } from '../domain/stages.ts';
import { count, dnsLabel, duration, folderBelow, image, ownNamespace, quantity } from './field-types.ts';
import { MOST_THRESHOLDS, NO_FAILURES, threshold } from './threshold-fields.ts';
import type { LoadSpec } from './load-schema.ts';
import { load } from './load-schema.ts';

/** Resource types of the AgentSandbox registry and of the provider registry: the specs' and the registries' one list. */
export const AGENT_SANDBOX_TYPES = ['Kubernetes'] as const;
export const PROVIDER_TYPES = ['local'] as const;
/** Releases of agent-sandbox whose manifests are pinned by digest in src/sandbox: likewise the one list. */
export const AGENT_SANDBOX_RELEASES = ['v0.5.6'] as const;

export { LONGEST_LOAD, MOST_CLAIMS, MOST_QPS } from './load-schema.ts';

/** A year of load, and room around it. The cap that is worked out is twice the lease plus `keep`: it fits. */
const LONGEST_LEASE = '400d';
const LONGEST_LEASE_CAP = '1200d';

const localPool = (nodes: number, maxPods: number, what: string) =>
  z
    .strictObject({
      nodes: count(1, 500).default(nodes).describe('How many fake nodes.'),
      maxPods: count(1, 1000).default(maxPods).describe('Most pods on each node.'),
    })
    .prefault({})
    .describe(what);

const localProvider = z.strictObject({
  type: z.literal('local').describe('A throw-away control plane on this machine; its nodes are fake.'),
  pools: z
    .strictObject({
      general: localPool(1, 110, 'Nodes for everything that is no sandbox.'),
      sandbox: localPool(4, 250, 'Nodes for sandboxes, tainted so that nothing else lands there.'),
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

const controller = z.strictObject({
  image: image()
    .default('registry.k8s.io/agent-sandbox/agent-sandbox-controller:v0.5.6')
    .describe('Controller image; by digest wherever images are really pulled.'),
  claimWorkers: count(1, 1000)
    .default(100)
    .describe('Claims worked on at once, `--sandbox-claim-concurrent-workers`.'),
  sandboxWorkers: count(1, 1000)
    .default(100)
    .describe('Sandboxes worked on at once, `--sandbox-concurrent-workers`.'),
  warmPoolWorkers: count(1, 1000)
    .default(5)
    .describe('Warm pools worked on at once, `--sandbox-warm-pool-concurrent-workers`.'),
  warmPoolMaxBatchSize: count(1, 10_000)
    .default(300)
    .describe('Most sandboxes made or deleted in one batch, `--sandbox-warm-pool-max-batch-size`.'),
  kubeApiQps: z
    .number()
    .min(-1)
    .default(-1)
    .describe("The controller's own limit of API calls a second, `--kube-api-qps`; -1 is none."),
  kubeApiBurst: count(1, 100_000)
    .default(750)
    .describe('API calls that may go beyond that limit at once, `--kube-api-burst`.'),
  cpuRequest: quantity()
    .default('250m')
    .describe('CPU request of the controller; it has no CPU limit, which would throttle it.'),
  memoryRequest: quantity().default('256Mi').describe('Memory request and limit of the controller.'),
});

const template = z.strictObject({
  image: image()
    .default('registry.k8s.io/agent-sandbox/python-runtime-sandbox:v0.5.0')
    .describe('Sandbox image; by digest wherever images are really pulled.'),
  runtimeClass: dnsLabel()
    .nullable()
    .default(null)
    .describe('RuntimeClass of the sandboxes, runsc for gVisor; it is created where missing.'),
  cpuRequest: quantity().default('100m').describe('CPU request of each sandbox; there is no CPU limit.'),
  memoryRequest: quantity().default('256Mi').describe('Memory request and limit of each sandbox.'),
});

const agentSandbox = z.strictObject({
  type: z.enum(AGENT_SANDBOX_TYPES).default('Kubernetes').describe('How agent-sandbox is installed.'),
  version: z
    .enum(AGENT_SANDBOX_RELEASES)
    .default('v0.5.6')
    .describe('Release of agent-sandbox; its manifests are pinned by digest.'),
  namespace: ownNamespace()
    .nullable()
    .default(null)
    .describe('Namespace of template, warm pool and claims; null derives one from the run.'),
  controller: controller.prefault({}).describe("agent-sandbox's controller and its flags."),
  template: template.prefault({}).describe('What each sandbox is made from.'),
  warmPool: z
    .strictObject({
      replicas: count(0, 10_000)
        .default(20)
        .describe('Sandboxes kept ready. 0 makes every claim a cold start.'),
      readyTimeout: duration({ least: '1s' }).default('10m').describe('How long the first fill may take.'),
    })
    .prefault({})
    .describe('Sandboxes made ahead of the claims.'),
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
    .discriminatedUnion('type', [localProvider])
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
export type ControllerSpec = z.output<typeof controller>;
export type TemplateSpec = z.output<typeof template>;
