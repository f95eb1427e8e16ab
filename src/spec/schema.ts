import * as z from 'zod';
import { DURATION_PATTERN } from '../domain/durations.ts';

/** Resource types of the AgentSandbox registry and of the provider registry: the specs' and the registries' one list. */
export const AGENT_SANDBOX_TYPES = ['Kubernetes'] as const;
export const PROVIDER_TYPES = ['local'] as const;

const duration = () =>
  z
    .string()
    .regex(DURATION_PATTERN, { error: 'is no duration; write for instance 250ms, 90s, 30m or 1h30m' });
const dnsLabel = () =>
  z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, {
      error: 'is no DNS-1123 label; use a-z, 0-9 and inner hyphens, 63 characters at most',
    });
const quantity = () =>
  z
    .string()
    .regex(/^\d+(?:\.\d+)?(?:m|k|M|G|T|Ki|Mi|Gi|Ti)?$/, {
      error: 'is no Kubernetes quantity; write for instance 250m, 1 or 256Mi',
    });
const image = () =>
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9.:/_-]*(?:@sha256:[0-9a-f]{64})?$/, {
      error: 'is no image reference; write for instance registry.example/name@sha256:<64 hex digits>',
    });
const count = (least: number, most: number) => z.int().min(least).max(most);

const localPool = (nodes: number, maxPods: number, what: string) =>
  z
    .strictObject({
      nodes: count(1, 500).default(nodes).describe('How many fake nodes.'),
      maxPods: count(1, 1000).default(maxPods).describe('Most pods on each node.'),
    })
    .prefault({})
    .describe(what);

const localProvider = z.strictObject({
  type: z.literal('local'),
  pools: z
    .strictObject({
      general: localPool(1, 110, 'Nodes for everything that is no sandbox.'),
      sandbox: localPool(4, 250, 'Nodes for sandboxes, tainted so that nothing else lands there.'),
    })
    .prefault({}),
  podStartup: z
    .strictObject({
      delay: duration().default('150ms').describe('From scheduled to ready of each fake pod.'),
      jitter: duration().default('50ms').describe('Up to so much more, evenly spread.'),
    })
    .prefault({}),
});

const controller = z.strictObject({
  image: image()
    .default('registry.k8s.io/agent-sandbox/agent-sandbox-controller:v0.5.6')
    .describe('Controller image; by digest wherever images are really pulled.'),
  claimWorkers: count(1, 1000).default(100).describe('--sandbox-claim-concurrent-workers'),
  sandboxWorkers: count(1, 1000).default(100).describe('--sandbox-concurrent-workers'),
  warmPoolWorkers: count(1, 1000).default(5).describe('--sandbox-warm-pool-concurrent-workers'),
  warmPoolMaxBatchSize: count(1, 10_000).default(300).describe('--sandbox-warm-pool-max-batch-size'),
  kubeApiQps: z.number().min(-1).default(-1).describe('--kube-api-qps; -1 is unlimited.'),
  kubeApiBurst: count(1, 100_000).default(750).describe('--kube-api-burst'),
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
  cpuRequest: quantity().default('100m'),
  memoryRequest: quantity().default('256Mi').describe('Request and limit.'),
});

const agentSandbox = z.strictObject({
  type: z.enum(AGENT_SANDBOX_TYPES).default('Kubernetes').describe('How agent-sandbox is installed.'),
  version: z
    .string()
    .regex(/^v\d+\.\d+\.\d+$/)
    .default('v0.5.6')
    .describe('Release of agent-sandbox; its manifests are pinned by digest.'),
  namespace: dnsLabel()
    .nullable()
    .default(null)
    .describe('Namespace of template, warm pool and claims; null derives one from the run.'),
  controller: controller.prefault({}),
  template: template.prefault({}),
  warmPool: z
    .strictObject({
      replicas: count(0, 10_000)
        .default(20)
        .describe('Sandboxes kept ready. 0 makes every claim a cold start.'),
      readyTimeout: duration().default('10m').describe('How long the first fill may take.'),
    })
    .prefault({}),
});

const load = z.strictObject({
  qps: z
    .number()
    .positive()
    .max(10_000)
    .optional()
    .describe('Claims per second, constant. Any two of qps, duration and total give the third.'),
  duration: duration().optional().describe('From the first claim due to the end of the arrivals.'),
  total: count(1, 100_000_000).optional().describe('How many claims.'),
  maxConcurrent: count(1, 100_000)
    .default(200)
    .describe('Most claims alive at once; what it delays is reported.'),
  readyTimeout: duration().default('180s').describe('A claim not ready by then has timed out.'),
  workloadDuration: duration()
    .default('0s')
    .describe('Busy loop run inside each ready sandbox by exec; 0s runs none.'),
  maxFailedFraction: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('More failed or timed-out claims than this and the thresholds are missed.'),
});

const limits = z.strictObject({
  lease: duration()
    .default('2h')
    .describe('How long the run may own resources; the guard ends it after that.'),
  teardownDeadline: duration()
    .default('30m')
    .describe('How long an undo is retried before the outcome is cleanup-incomplete.'),
  heartbeatTimeout: duration()
    .default('10s')
    .describe('A worker silent for so long is taken for dead. 2s at least.'),
});

/** The document as a user writes it. */
export const runSpecSchema = z.strictObject({
  description: z.string().max(500).optional().describe('Free text for the report.'),
  provider: z
    .discriminatedUnion('type', [localProvider])
    .prefault({ type: 'local' })
    .describe('Where the cluster comes from.'),
  agentSandbox: agentSandbox.prefault({}),
  load: load,
  limits: limits.prefault({}),
  report: z
    .strictObject({
      folder: z
        .string()
        .min(1)
        .max(500)
        .default('runs')
        .describe("Relative to the worker's folder; <run name>/ is made in it."),
    })
    .prefault({}),
});

/** What a user writes. */
export type RunSpecInput = z.input<typeof runSpecSchema>;
type Parsed = z.output<typeof runSpecSchema>;
/** Rate, length and number of claims, all three present and in agreement. */
export type LoadSpec = Omit<Parsed['load'], 'qps' | 'duration' | 'total'> & {
  qps: number;
  duration: string;
  total: number;
};
/** The resolved spec: every default filled in. Frozen in history. Durations stay as written (`durationMs` reads them). */
export type RunSpec = Omit<Parsed, 'load'> & { load: LoadSpec };
export type LocalProviderSpec = z.output<typeof localProvider>;
export type ControllerSpec = z.output<typeof controller>;
export type TemplateSpec = z.output<typeof template>;
