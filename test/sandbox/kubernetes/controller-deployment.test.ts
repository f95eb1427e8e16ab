import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnworkableError } from '../../../src/domain/errors.ts';
import {
  configureController,
  controllerArgs,
  controllerImage,
} from '../../../src/sandbox/kubernetes/controller-deployment.ts';
import type { KubeObject } from '../../../src/kubernetes/kube-client.ts';
import { sampleSpec } from '../sample-plan.ts';

/** As the release has it, shortened. */
const RELEASED: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'agent-sandbox-controller', namespace: 'agent-sandbox-system' },
  spec: {
    replicas: 1,
    template: {
      metadata: { labels: { app: 'agent-sandbox-controller' } },
      spec: {
        serviceAccountName: 'agent-sandbox-controller',
        containers: [
          {
            name: 'agent-sandbox-controller',
            image: 'ko://placeholder',
            args: ['--leader-elect=true', '--extensions'],
          },
        ],
        volumes: [{ name: 'config-volume' }],
      },
    },
  },
};
const { controller } = sampleSpec().agentSandbox;
const LABELS = { 'sandtide.dev/owner': '0123456789' };

const DEFAULT_ARGS = [
  '--leader-elect=true',
  '--extensions',
  '--sandbox-claim-concurrent-workers=100',
  '--sandbox-concurrent-workers=100',
  '--sandbox-warm-pool-concurrent-workers=5',
  '--sandbox-template-concurrent-workers=1',
  '--sandbox-warm-pool-max-batch-size=300',
  '--kube-api-qps=-1',
  '--kube-api-burst=750',
  '--leader-election-namespace=agent-sandbox-system',
];

test("the controller gets the spec's image, flags and resources, and keeps the rest", () => {
  assert.deepEqual(configureController(RELEASED, controller, { labels: LABELS, webhooks: true }), {
    ...RELEASED,
    spec: {
      replicas: 1,
      template: {
        metadata: { labels: { app: 'agent-sandbox-controller', ...LABELS } },
        spec: {
          serviceAccountName: 'agent-sandbox-controller',
          containers: [
            {
              name: 'agent-sandbox-controller',
              image: 'registry.k8s.io/agent-sandbox/agent-sandbox-controller:v0.5.6',
              args: DEFAULT_ARGS,
              resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '256Mi' } },
            },
          ],
          volumes: [{ name: 'config-volume' }],
        },
      },
    },
  });
});

test('where no webhook can be reached, the controller is told not to serve one', () => {
  const configured = configureController(RELEASED, controller, { labels: {}, webhooks: false });
  assert.deepEqual(controllerArgs(configured), [...DEFAULT_ARGS, '--enable-webhook=false']);
});

test('configuring twice is configuring once, and a changed setting replaces the old one', () => {
  const surroundings = { labels: LABELS, webhooks: false };
  const once = configureController(RELEASED, controller, surroundings);
  assert.deepEqual(configureController(once, controller, surroundings), once);
  const changed = configureController(
    once,
    { ...controller, claimWorkers: 7, image: 'other:v1' },
    surroundings,
  );
  const workers = controllerArgs(changed).filter((arg) =>
    arg.startsWith('--sandbox-claim-concurrent-workers'),
  );
  assert.deepEqual(workers, ['--sandbox-claim-concurrent-workers=7']);
  assert.equal(controllerImage(changed), 'other:v1');
});

test('every setting of the spec reaches the controller: limits, leader election, traces, and any other flag', () => {
  const spec = sampleSpec({
    controller: {
      cpuRequest: '1',
      cpuLimit: '2',
      memoryLimit: '1Gi',
      leaderElect: false,
      templateWorkers: 3,
      enableTracing: true,
      otlpEndpoint: 'http://collector.monitoring:4317',
      flags: {
        'api-connections': 4,
        'cluster-domain': 'tide.example',
        'disable-claim-events': true,
        'sandbox-warm-pool-max-refill-rate': 12.5,
        'sandbox-warm-pool-readiness-grace-period': '1d',
        'zap-log-level': 'error',
      },
    },
  });
  const configured = configureController(RELEASED, spec.agentSandbox.controller, {
    labels: {},
    webhooks: true,
  });
  assert.deepEqual(controllerArgs(configured), [
    '--leader-elect=false',
    '--extensions',
    ...DEFAULT_ARGS.slice(2, -1).map((arg) =>
      arg.replace('template-concurrent-workers=1', 'template-concurrent-workers=3'),
    ),
    '--enable-tracing=true',
    '--api-connections=4',
    '--cluster-domain=tide.example',
    '--disable-claim-events=true',
    '--sandbox-warm-pool-max-refill-rate=12.5',
    '--sandbox-warm-pool-readiness-grace-period=86400000ms', // Go knows no days
    '--zap-log-level=error',
    '--leader-election-namespace=agent-sandbox-system',
  ]);
  const [container] = (
    configured['spec'] as { template: { spec: { containers: Record<string, unknown>[] } } }
  ).template.spec.containers;
  assert.deepEqual(container?.['env'], [
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://collector.monitoring:4317' },
    { name: 'OTEL_EXPORTER_OTLP_INSECURE', value: 'true' },
  ]);
  assert.deepEqual(container?.['resources'], {
    requests: { cpu: '1', memory: '256Mi' },
    limits: { cpu: '2', memory: '1Gi' },
  });
});

test('refuses a Deployment whose controller it would have to guess', () => {
  const two = structuredClone(RELEASED);
  const { template } = two['spec'] as { template: { spec: { containers: unknown[] } } };
  template.spec.containers.push({ name: 'sidecar' });
  assert.throws(
    () => configureController(two, controller, { labels: {}, webhooks: true }),
    (error) => error instanceof UnworkableError && error.message.includes('2 containers'),
  );
});
