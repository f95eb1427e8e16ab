import { UnworkableError } from '../../domain/errors.ts';
import type { KubeObject } from '../../kubernetes/kube-client.ts';
import { durationMs } from '../../domain/durations.ts';
import type { ControllerSpec } from '../../spec/agent-sandbox-schema.ts';

interface Container {
  name: string;
  args?: string[];
  env?: EnvVariable[];
  [field: string]: unknown;
}

interface EnvVariable {
  name: string;
  [field: string]: unknown;
}

interface PodTemplate {
  metadata?: { labels?: Record<string, string> };
  spec: { containers: Container[]; [field: string]: unknown };
}

interface DeploymentSpec {
  template: PodTemplate;
  [field: string]: unknown;
}

/** What the controller is set to, besides the spec. */
export interface ControllerSurroundings {
  /** On the Deployment's pods; the Deployment itself gets them from whoever applies it. */
  labels: Record<string, string>;
  /** CRD conversion webhooks can be reached by the API server. */
  webhooks: boolean;
}

const DURATION_FLAGS: ReadonlySet<string> = new Set([
  'sandbox-warm-pool-readiness-grace-period',
  'sandbox-warm-pool-replenish-delay',
  'sandbox-warm-pool-unschedulable-recheck-interval',
  'sandbox-write-behind-window',
]);

/** The release's Deployment with the spec's image, flags and resources in place of its own. */
export function configureController(
  deployment: KubeObject,
  controller: ControllerSpec,
  { labels, webhooks }: ControllerSurroundings,
): KubeObject {
  const { template, ...spec } = deployment['spec'] as DeploymentSpec;
  const [container, ...others] = template.spec.containers;
  if (container === undefined || others.length > 0) {
    throw new UnworkableError({
      object: `Deployment ${deployment.metadata.name}`,
      what: `has ${template.spec.containers.length} containers; one was expected`,
      next: 'use a release of agent-sandbox that sandtide knows',
    });
  }
  const configured: Container = {
    ...container,
    // The release's file has a placeholder here that no registry knows.
    image: controller.image,
    args: withFlags(container.args ?? [], flags(deployment.metadata.namespace, controller, webhooks)),
    ...withEnvironment(container.env ?? [], environment(controller)),
    resources: {
      requests: { cpu: controller.cpuRequest, memory: controller.memoryRequest },
      limits: {
        ...(controller.cpuLimit === null ? {} : { cpu: controller.cpuLimit }),
        memory: controller.memoryLimit ?? controller.memoryRequest,
      },
    },
  };
  return {
    ...deployment,
    spec: {
      ...spec,
      template: {
        ...template,
        metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...labels } },
        spec: { ...template.spec, containers: [configured] },
      },
    },
  };
}

/** Arguments of the Deployment's one container. */
export function controllerArgs(deployment: KubeObject): string[] {
  return (deployment['spec'] as DeploymentSpec).template.spec.containers[0]?.args ?? [];
}

/** Image of the Deployment's one container; empty where it has none. */
export function controllerImage(deployment: KubeObject): string {
  const image = (deployment['spec'] as DeploymentSpec).template.spec.containers[0]?.['image'];
  return typeof image === 'string' ? image : '';
}

function flags(
  namespace: string | undefined,
  controller: ControllerSpec,
  webhooks: boolean,
): Record<string, string> {
  return {
    'sandbox-claim-concurrent-workers': String(controller.claimWorkers),
    'sandbox-concurrent-workers': String(controller.sandboxWorkers),
    'sandbox-warm-pool-concurrent-workers': String(controller.warmPoolWorkers),
    'sandbox-template-concurrent-workers': String(controller.templateWorkers),
    'sandbox-warm-pool-max-batch-size': String(controller.warmPoolMaxBatchSize),
    'kube-api-qps': String(controller.kubeApiQps),
    'kube-api-burst': String(controller.kubeApiBurst),
    'leader-elect': String(controller.leaderElect),
    ...(controller.enableTracing ? { 'enable-tracing': 'true' } : {}),
    ...Object.fromEntries(
      Object.entries(controller.flags).map(([name, value]) => [name, flagValue(name, value)]),
    ),
    // Inside a pod the controller finds it by itself; as a process it would refuse to start without.
    ...(namespace === undefined ? {} : { 'leader-election-namespace': namespace }),
    ...(webhooks ? {} : { 'enable-webhook': 'false' }),
  };
}

/** Go knows no days: a duration is written in milliseconds. */
function flagValue(name: string, value: unknown): string {
  return DURATION_FLAGS.has(name) ? `${durationMs(String(value))}ms` : String(value);
}

/** Read by the controller's exporter of traces. */
function environment({ enableTracing, otlpEndpoint }: ControllerSpec): Record<string, string> {
  if (!enableTracing || otlpEndpoint === null) return {};
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
    OTEL_EXPORTER_OTLP_INSECURE: String(otlpEndpoint.startsWith('http:')),
  };
}

/** Each variable once, the given one in place of the container's. */
function withEnvironment(
  env: readonly EnvVariable[],
  wanted: Record<string, string>,
): { env?: EnvVariable[] } {
  const kept = env.filter(({ name }) => !Object.hasOwn(wanted, name));
  const all = [...kept, ...Object.entries(wanted).map(([name, value]) => ({ name, value }))];
  return all.length === 0 ? {} : { env: all };
}

/** Each flag once: in the place of an argument that sets it already, or at the end. */
function withFlags(args: readonly string[], flags: Record<string, string>): string[] {
  const wanted = new Map(Object.entries(flags).map(([name, value]) => [name, `--${name}=${value}`]));
  const replaced = args.map((arg) => {
    const name = arg.replace(/^--?/, '').replace(/=.*$/s, '');
    const flag = wanted.get(name);
    wanted.delete(name);
    return flag ?? arg;
  });
  return [...replaced, ...wanted.values()];
}
