import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { claimManifest, rfc3339Nano } from '../../src/sandbox/claim-manifest.ts';
import { samplePlan } from './sample-plan.ts';

const REQUEST = {
  plan: samplePlan(),
  windowIndex: 2,
  index: 7,
  readyTimeoutMs: 180_000,
  attempt: 3,
  requestedAtMs: 1_700_000_000_123.456,
  shutdownAtMs: 1_700_000_600_001,
};

test('a claim names its pool, its hard stop, and whose it is', () => {
  assert.deepEqual(claimManifest(REQUEST), {
    apiVersion: 'extensions.agents.x-k8s.io/v1beta1',
    kind: 'SandboxClaim',
    metadata: {
      name: 'c-0123456789-2-7',
      namespace: 'st-tide-0123456789',
      labels: {
        'sandtide.dev/owner': '0123456789',
        'sandtide.dev/run': 'tide',
        'sandtide.dev/lease-until': '3600',
        'sandtide.dev/window': '2',
        'sandtide.dev/index': '7',
      },
      annotations: {
        'agents.x-k8s.io/client-first-requested-at': '2023-11-14T22:13:20.123456000Z',
        'sandtide.dev/attempt': '3',
        'sandtide.dev/ready-timeout-ms': '180000',
      },
    },
    spec: {
      warmPoolRef: { name: 'st-0123456789' },
      lifecycle: { shutdownTime: '2023-11-14T22:23:21Z', shutdownPolicy: 'Delete' },
    },
  });
});

test('a repeated create has the same name, whatever the attempt', () => {
  const again = claimManifest({ ...REQUEST, attempt: 4, requestedAtMs: REQUEST.requestedAtMs + 5_000 });
  assert.equal(again.metadata.name, claimManifest(REQUEST).metadata.name);
});

const anyTime = fc.double({ min: 1e9, max: 4e12, noNaN: true });

test('the nanosecond notation means the same moment to a microsecond, and sorts as text', () => {
  const meant = (text: string) => Date.parse(`${text.slice(0, 19)}Z`) + Number(text.slice(20, 29)) / 1e6;
  fc.assert(
    fc.property(anyTime, anyTime, (a, b) => {
      const [early, late] = [rfc3339Nano(Math.min(a, b)), rfc3339Nano(Math.max(a, b))];
      assert.match(early, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      assert(Math.abs(meant(early) - Math.min(a, b)) <= 0.002);
      assert(early <= late);
    }),
  );
});

test('no claim is stopped before its time', () => {
  fc.assert(
    fc.property(anyTime, (shutdownAtMs) => {
      const { lifecycle } = claimManifest({ ...REQUEST, shutdownAtMs })['spec'] as {
        lifecycle: { shutdownTime: string };
      };
      const late = Date.parse(lifecycle.shutdownTime) - shutdownAtMs;
      assert(late >= 0 && late < 1_000);
    }),
  );
});
