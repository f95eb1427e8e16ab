import type { Plan } from '../../domain/plan.ts';
import type { KubeObject } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { TemplateSpec } from '../../spec/schema.ts';

/** Where the image's server listens; the image of agent-sandbox's Python runtime has it so. */
const PORT = 8888;

/**
 * The SandboxTemplate. Network policy is left to the controller's default, Managed: it is what an installation does
 * unless told otherwise, PerfKitBenchmarker's template leaves it so too, and it costs one NetworkPolicy for the whole
 * template, none per sandbox. Exec and the kubelet's probes do not pass it; the policy goes with the template.
 */
export function sandboxTemplate(plan: Plan, template: TemplateSpec): KubeObject {
  return {
    apiVersion: RESOURCES.SandboxTemplate.apiVersion,
    kind: RESOURCES.SandboxTemplate.kind,
    metadata: { name: plan.sandbox.template, namespace: plan.sandbox.workloadNamespace },
    spec: {
      podTemplate: {
        metadata: { labels: { ...plan.labels, sandbox: plan.sandbox.template } },
        spec: podSpec(template),
      },
    },
  };
}

/** GKE's validating policy for secure sandboxes asks for just these security fields; elsewhere they do no harm. */
function podSpec({ image, runtimeClass, cpuRequest, memoryRequest }: TemplateSpec): Record<string, unknown> {
  return {
    ...(runtimeClass === null ? {} : { runtimeClassName: runtimeClass }),
    automountServiceAccountToken: false,
    restartPolicy: 'OnFailure',
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    nodeSelector: { 'sandtide.dev/pool': 'sandbox' },
    tolerations: [{ key: 'sandbox.gke.io/runtime', operator: 'Equal', value: 'runsc', effect: 'NoSchedule' }],
    containers: [
      {
        name: 'sandbox',
        image,
        ports: [{ containerPort: PORT, protocol: 'TCP' }],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        readinessProbe: { httpGet: { path: '/', port: PORT }, initialDelaySeconds: 0, periodSeconds: 1 },
        resources: {
          requests: { cpu: cpuRequest, memory: memoryRequest },
          limits: { memory: memoryRequest },
        },
      },
    ],
  };
}
