import type { Plan } from '../../domain/plan.ts';
import type { KubeObject } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { TemplateSpec } from '../../spec/agent-sandbox-schema.ts';
import type { NodePoolSpec } from '../../spec/node-pool-schema.ts';

type Taint = NodePoolSpec['taints'][number];

/**
 * The SandboxTemplate. Network policy is left to the controller's default, Managed: it is what an installation does
 * unless told otherwise, PerfKitBenchmarker's template leaves it so too, and it costs one NetworkPolicy for the whole
 * template, none per sandbox. Exec and the kubelet's probes do not pass it; the policy goes with the template.
 */
export function sandboxTemplate(
  plan: Plan,
  template: TemplateSpec,
  poolTaints: readonly Taint[] = [],
): KubeObject {
  return {
    apiVersion: RESOURCES.SandboxTemplate.apiVersion,
    kind: RESOURCES.SandboxTemplate.kind,
    metadata: { name: plan.sandbox.template, namespace: plan.sandbox.workloadNamespace },
    spec: {
      podTemplate: {
        metadata: { labels: { sandbox: plan.sandbox.template, ...template.labels, ...plan.labels } },
        spec: podSpec(template, poolTaints),
      },
    },
  };
}

/** GKE puts it on the nodes of a pool for gVisor. */
const GVISOR_TAINT: Taint = { key: 'sandbox.gke.io/runtime', value: 'runsc', effect: 'NoSchedule' };

/** GKE's validating policy for secure sandboxes asks for the security fields as they are by default. */
function podSpec(template: TemplateSpec, poolTaints: readonly Taint[]): Record<string, unknown> {
  const { runtimeClass, nodeSelector, restartPolicy, security } = template;
  return {
    ...(runtimeClass === null ? {} : { runtimeClassName: runtimeClass }),
    automountServiceAccountToken: security.automountServiceAccountToken,
    restartPolicy,
    securityContext: podSecurity(security),
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector }),
    tolerations: tolerations(template, poolTaints),
    containers: [container(template)],
  };
}

function container({ image, port, security, ...resources }: TemplateSpec): Record<string, unknown> {
  return {
    name: 'sandbox',
    image,
    ports: [{ containerPort: port, protocol: 'TCP' }],
    securityContext: {
      allowPrivilegeEscalation: security.allowPrivilegeEscalation,
      ...(security.dropCapabilities.length === 0
        ? {}
        : { capabilities: { drop: security.dropCapabilities } }),
      ...(security.readOnlyRootFilesystem ? { readOnlyRootFilesystem: true } : {}),
    },
    readinessProbe: { httpGet: { path: '/', port }, initialDelaySeconds: 0, periodSeconds: 1 },
    resources: {
      requests: given({
        cpu: resources.cpuRequest,
        memory: resources.memoryRequest,
        'ephemeral-storage': resources.ephemeralStorageRequest,
      }),
      limits: given({
        cpu: resources.cpuLimit,
        memory: resources.memoryLimit ?? resources.memoryRequest,
        'ephemeral-storage': resources.ephemeralStorageLimit,
      }),
    },
  };
}

function podSecurity(security: TemplateSpec['security']): Record<string, unknown> {
  const { runAsNonRoot, runAsUser, runAsGroup, fsGroup, seccompProfile } = security;
  return {
    runAsNonRoot,
    ...given({ runAsUser, runAsGroup, fsGroup }),
    seccompProfile: { type: seccompProfile },
  };
}

/** GKE's, those of the nodes that the run makes for sandboxes, and the spec's own; each once. */
function tolerations(template: TemplateSpec, poolTaints: readonly Taint[]): object[] {
  const ofPools = [GVISOR_TAINT, ...poolTaints].map(({ key, value, effect }) => ({
    key,
    operator: 'Equal',
    value,
    effect,
  }));
  const own = template.tolerations.map(({ key, operator, value, effect }) => ({
    key,
    operator,
    ...(operator === 'Equal' ? { value } : {}),
    ...(effect === null ? {} : { effect }),
  }));
  const byText = new Map([...ofPools, ...own].map((each) => [JSON.stringify(each), each]));
  return [...byText.values()];
}

function given<T>(values: Record<string, T | null>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  );
}
