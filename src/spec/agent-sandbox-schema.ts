import * as z from 'zod';
import { controllerFlags } from './controller-flags.ts';
import { count, dnsLabel, duration, image, ownNamespace, quantity } from './field-types.ts';
import { labels, labelSelector, otlpEndpoint, tolerations } from './kubernetes-types.ts';

/** Types of the AgentSandbox registry: the specs' and the registry's one list. */
export const AGENT_SANDBOX_TYPES = ['Kubernetes'] as const;
/** Releases of agent-sandbox whose manifests are pinned by digest in src/sandbox: likewise the one list. */
export const AGENT_SANDBOX_RELEASES = ['v0.5.6'] as const;

export const CONTROLLER_IMAGE = 'registry.k8s.io/agent-sandbox/agent-sandbox-controller:v0.5.6';

const controller = z.strictObject({
  image: image()
    .default(CONTROLLER_IMAGE)
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
  templateWorkers: count(1, 1000)
    .default(1)
    .describe('Templates worked on at once, `--sandbox-template-concurrent-workers`.'),
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
  leaderElect: z.boolean().default(true).describe('Only one controller works at a time, `--leader-elect`.'),
  enableTracing: z.boolean().default(false).describe('Send traces by OTLP, `--enable-tracing`.'),
  otlpEndpoint: otlpEndpoint()
    .nullable()
    .default(null)
    .describe('Where traces go, `OTEL_EXPORTER_OTLP_ENDPOINT`; http is without TLS. Null: localhost:4317.'),
  cpuRequest: quantity().default('250m').describe('CPU request of the controller.'),
  cpuLimit: quantity()
    .nullable()
    .default(null)
    .describe('CPU limit of the controller; null is none, for one would throttle what is measured.'),
  memoryRequest: quantity().default('256Mi').describe('Memory request of the controller.'),
  memoryLimit: quantity()
    .nullable()
    .default(null)
    .describe('Memory limit of the controller; null is as much as its request.'),
  flags: controllerFlags
    .prefault({})
    .describe(
      "Every other flag of the controller by its own name; what is left out keeps the controller's default.",
    ),
});

const security = z.strictObject({
  runAsNonRoot: z.boolean().default(true).describe('Refuse images that run as root.'),
  runAsUser: count(0, 2_147_483_647)
    .nullable()
    .default(null)
    .describe('User id; null is what the image says.'),
  runAsGroup: count(0, 2_147_483_647)
    .nullable()
    .default(null)
    .describe('Group id; null is what the image says.'),
  fsGroup: count(0, 2_147_483_647)
    .nullable()
    .default(null)
    .describe('Group that owns volumes; null is none.'),
  seccompProfile: z
    .enum(['RuntimeDefault', 'Unconfined'])
    .default('RuntimeDefault')
    .describe('System calls.'),
  allowPrivilegeEscalation: z.boolean().default(false).describe('Whether setuid programs work.'),
  dropCapabilities: z
    .array(
      z
        .string()
        .regex(/^[A-Z][A-Z_]{1,40}$/)
        .meta({ title: 'a capability such as ALL or NET_RAW' }),
    )
    .max(50)
    .default(['ALL'])
    .meta({ title: 'a list of capabilities such as ALL or NET_RAW' })
    .describe('Capabilities that are taken away.'),
  readOnlyRootFilesystem: z
    .boolean()
    .default(false)
    .describe("Whether the container's own files can't be written."),
  automountServiceAccountToken: z
    .boolean()
    .default(false)
    .describe('Whether pods can speak to the API server.'),
});

const template = z.strictObject({
  image: image()
    .default('registry.k8s.io/agent-sandbox/python-runtime-sandbox:v0.5.0')
    .describe('Sandbox image; by digest wherever images are really pulled.'),
  runtimeClass: dnsLabel()
    .nullable()
    .default(null)
    .describe('RuntimeClass of the sandboxes, runsc for gVisor; it is created where missing.'),
  cpuRequest: quantity().default('100m').describe('CPU request of each sandbox.'),
  cpuLimit: quantity().nullable().default(null).describe('CPU limit of each sandbox; null is none.'),
  memoryRequest: quantity().default('256Mi').describe('Memory request of each sandbox.'),
  memoryLimit: quantity()
    .nullable()
    .default(null)
    .describe('Memory limit of each sandbox; null is as much as its request.'),
  ephemeralStorageRequest: quantity()
    .nullable()
    .default('256Mi')
    .describe('Request of local disk of each sandbox; null is none.'),
  ephemeralStorageLimit: quantity()
    .nullable()
    .default(null)
    .describe('Limit of local disk of each sandbox; null is none.'),
  labels: labels().default({}).describe('Further labels of the sandboxes and their pods.'),
  nodeSelector: labelSelector()
    .default({ 'sandtide.dev/pool': 'sandbox' })
    .describe('Labels of the nodes that sandboxes may be on.'),
  tolerations: tolerations()
    .default([])
    .describe("Taints that sandboxes tolerate, besides those of the pool `sandbox` and GKE's for gVisor."),
  port: count(1, 65_535)
    .default(8888)
    .describe("Where the image's server listens; it is asked for readiness."),
  restartPolicy: z
    .enum(['Always', 'OnFailure', 'Never'])
    .default('OnFailure')
    .describe('What becomes of a container that ends.'),
  security: security
    .prefault({})
    .describe("Security fields of the pods; GKE's policy for secure sandboxes asks for the defaults."),
});

export const agentSandbox = z.strictObject({
  type: z.enum(AGENT_SANDBOX_TYPES).default('Kubernetes').describe('How agent-sandbox is installed.'),
  install: z
    .enum(['own', 'useExisting'])
    .default('own')
    .describe(
      'Whether the run installs agent-sandbox and removes it, or measures the installation that an existing cluster has, of which it touches nothing.',
    ),
  controllerNamespace: dnsLabel()
    .default('agent-sandbox-system')
    .describe(
      'Where the controller of that installation is; one that the run installs is in agent-sandbox-system.',
    ),
  version: z
    .string()
    .max(60)
    .regex(/^v\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.-]+)?$/)
    .default('v0.5.6')
    .meta({ title: 'a release such as v0.5.6' })
    .describe(
      `Release of agent-sandbox. The manifests of ${AGENT_SANDBOX_RELEASES.join(', ')} are pinned; another one needs its digest and its image.`,
    ),
  manifestsSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .default(null)
    .meta({ title: '64 lower-case hex digits' })
    .describe(
      "SHA-256 of the release's manifests, which the worker's machine holds; null is the pinned one of a known release.",
    ),
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
      updateStrategy: z
        .enum(['OnReplenish', 'Recreate'])
        .default('OnReplenish')
        .describe('Whether a changed template replaces sandboxes as they are taken, or at once.'),
      readyTimeout: duration({ least: '1s' }).default('10m').describe('How long the first fill may take.'),
    })
    .prefault({})
    .describe('Sandboxes made ahead of the claims.'),
  claim: z
    .strictObject({
      lifetime: duration({ least: '1s' })
        .nullable()
        .default(null)
        .describe(
          'From its send until the controller ends a claim that nobody deleted, `shutdownTime`; null is readyTimeout, workloadDuration and 5m.',
        ),
      ttlAfterFinished: duration({ least: '1s' })
        .nullable()
        .default(null)
        .describe(
          'How long a claim stays once its pod has finished, `ttlSecondsAfterFinished`; pods that go on never finish.',
        ),
    })
    .prefault({})
    .describe('What each claim says of its own end, besides the delete that it gets.'),
});

type Parsed = z.output<typeof agentSandbox>;
export type ControllerSpec = Parsed['controller'];
export type TemplateSpec = Parsed['template'];
export type ClaimSpec = Parsed['claim'];
