import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { KubeObject } from '../../../src/kubernetes/kube-client.ts';
import { liveManifest } from '../../../src/sandbox/kubernetes/live-manifest.ts';

const DEPLOYMENT = {
  metadata: {
    name: 'web',
    managedFields: [{ manager: 'canary' }],
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'canary', kept: 'yes' },
  },
  spec: {
    containers: [
      {
        args: ['--env=prod'],
        env: [
          { name: 'API_KEY', value: 'canary' },
          { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        ],
      },
    ],
  },
  apiVersion: 'apps/v1',
  kind: 'Deployment',
} as unknown as KubeObject;

describe('an object as it is in the cluster', () => {
  const text = liveManifest(DEPLOYMENT);

  it('is YAML that begins with what it is', () => {
    assert.match(text, /^apiVersion: apps\/v1\nkind: Deployment\nmetadata:\n/);
    const { metadata, spec } = parse(text) as Record<string, unknown>;
    assert.deepEqual(metadata, { name: 'web', annotations: { kept: 'yes' } });
    assert.deepEqual(spec, {
      containers: [
        {
          args: ['--env=prod'],
          env: [
            { name: 'API_KEY', value: '(left out)' },
            { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          ],
        },
      ],
    });
  });

  it('holds neither bookkeeping nor the values of environment variables', () => {
    assert.ok(!text.includes('canary'), text);
  });

  it('is cut where it is very long, and says so', () => {
    const long = liveManifest({ ...DEPLOYMENT, data: 'x'.repeat(200_000) });
    assert.ok(long.length < 70_000);
    assert.match(long, /\n# \d+ more characters left out\n$/);
  });
});
