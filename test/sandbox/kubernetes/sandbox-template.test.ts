import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sandboxTemplate } from '../../../src/sandbox/kubernetes/sandbox-template.ts';
import { readyReplicas, warmPool } from '../../../src/sandbox/kubernetes/warm-pool.ts';
import { samplePlan, sampleSpec } from '../sample-plan.ts';

const plan = samplePlan();
const podOf = (template: Record<string, unknown>) =>
  (
    sandboxTemplate(plan, sampleSpec({ template }).agentSandbox.template)['spec'] as {
      podTemplate: { metadata: object; spec: Record<string, unknown> };
    }
  ).podTemplate;

test('the pod has what a validating policy for secure sandboxes asks for', () => {
  assert.deepEqual(podOf({}), {
    metadata: { labels: { ...plan.labels, sandbox: 'st-0123456789' } },
    spec: {
      automountServiceAccountToken: false,
      restartPolicy: 'OnFailure',
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      nodeSelector: { 'sandtide.dev/pool': 'sandbox' },
      tolerations: [
        { key: 'sandbox.gke.io/runtime', operator: 'Equal', value: 'runsc', effect: 'NoSchedule' },
      ],
      containers: [
        {
          name: 'sandbox',
          image: 'registry.k8s.io/agent-sandbox/python-runtime-sandbox:v0.5.0',
          ports: [{ containerPort: 8888, protocol: 'TCP' }],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          readinessProbe: { httpGet: { path: '/', port: 8888 }, initialDelaySeconds: 0, periodSeconds: 1 },
          resources: {
            requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '256Mi' },
            limits: { memory: '256Mi' },
          },
        },
      ],
    },
  });
});

test('every setting of the spec reaches the pod', () => {
  const { metadata, spec } = podOf({
    cpuLimit: '500m',
    memoryLimit: '1Gi',
    ephemeralStorageRequest: null,
    ephemeralStorageLimit: '2Gi',
    labels: { team: 'tide', sandbox: 'mine' },
    nodeSelector: {},
    tolerations: [{ key: 'spot', operator: 'Exists' }],
    port: 9000,
    restartPolicy: 'Never',
    security: { runAsUser: 1000, fsGroup: 2000, dropCapabilities: [], readOnlyRootFilesystem: true },
  });
  assert.deepEqual(metadata, { labels: { team: 'tide', sandbox: 'mine', ...plan.labels } });
  const { containers, ...rest } = spec as { containers: Record<string, unknown>[] };
  assert.deepEqual(rest, {
    automountServiceAccountToken: false,
    restartPolicy: 'Never',
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      fsGroup: 2000,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    tolerations: [
      { key: 'sandbox.gke.io/runtime', operator: 'Equal', value: 'runsc', effect: 'NoSchedule' },
      { key: 'spot', operator: 'Exists' },
    ],
  });
  const { securityContext, resources, ports } = containers[0] ?? {};
  assert.deepEqual(
    { securityContext, resources, ports },
    {
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      resources: {
        requests: { cpu: '100m', memory: '256Mi' },
        limits: { cpu: '500m', memory: '1Gi', 'ephemeral-storage': '2Gi' },
      },
      ports: [{ containerPort: 9000, protocol: 'TCP' }],
    },
  );
});

test('sandboxes tolerate the taints of the nodes that the run makes for them', () => {
  const taint = { key: 'team', value: 'tide', effect: 'NoExecute' } as const;
  const object = sandboxTemplate(plan, sampleSpec().agentSandbox.template, [taint]);
  const { spec } = (object['spec'] as { podTemplate: { spec: { tolerations: object[] } } }).podTemplate;
  assert.deepEqual(spec.tolerations.at(-1), {
    key: 'team',
    operator: 'Equal',
    value: 'tide',
    effect: 'NoExecute',
  });
});

test('a RuntimeClass is named only where the spec names one', () => {
  assert.equal(podOf({ runtimeClass: 'runsc' }).spec['runtimeClassName'], 'runsc');
  assert(!('runtimeClassName' in podOf({ runtimeClass: null }).spec));
});

test('a pool of none is still a pool, for claims must name one', () => {
  const pool = warmPool(plan, { replicas: 0, updateStrategy: 'Recreate' });
  assert.equal(pool.metadata.name, plan.sandbox.warmPool);
  assert.deepEqual(pool['spec'], {
    replicas: 0,
    sandboxTemplateRef: { name: plan.sandbox.template },
    updateStrategy: { type: 'Recreate' },
  });
});

for (const [name, generation, status, ready] of [
  ['no status yet', 1, undefined, 0],
  ['none ready yet', 1, { observedGeneration: 1, replicas: 3 }, 0],
  ['some ready', 1, { observedGeneration: 1, readyReplicas: 2 }, 2],
  ['a status of an earlier size of the pool', 2, { observedGeneration: 1, readyReplicas: 2 }, 0],
] as const) {
  test(`counts ready sandboxes: ${name}`, () => {
    const pool = warmPool(plan, { replicas: 3, updateStrategy: 'OnReplenish' });
    assert.equal(readyReplicas({ ...pool, metadata: { ...pool.metadata, generation }, status }), ready);
  });
}

test('a pool that is gone has none ready', () => {
  assert.equal(readyReplicas(undefined), 0);
});
