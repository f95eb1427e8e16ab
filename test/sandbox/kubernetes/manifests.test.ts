import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { UnworkableError } from '../../../src/domain/errors.ts';
import {
  orderManifests,
  parseManifests,
  withoutConversion,
} from '../../../src/sandbox/kubernetes/manifests.ts';
import type { KubeObject } from '../../../src/kubernetes/kube-client.ts';

const object = (kind: string, name: string, spec: unknown = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name },
  spec,
});
const deployment = (args: string[]) =>
  object('Deployment', 'controller', { template: { spec: { containers: [{ args }] } } });

const RELEASE = [
  object('Service', 'metrics'),
  deployment(['--leader-elect=true']),
  object('RoleBinding', 'rb'),
  object('ClusterRoleBinding', 'crb'),
  object('CustomResourceDefinition', 'b'),
  object('ServiceAccount', 'sa'),
  deployment(['--leader-elect=true', '--extensions']),
  object('ClusterRole', 'cr'),
  object('Namespace', 'system'),
  object('Role', 'r'),
  object('CustomResourceDefinition', 'a'),
];

test('whatever the order of the files, each phase finds what it builds on', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(RELEASE, { minLength: RELEASE.length }), (shuffled) => {
      const ordered = orderManifests(shuffled);
      const kinds = ordered.objects.map(({ kind }) => kind.replace('Cluster', ''));
      assert.deepEqual(kinds, ['ServiceAccount', 'Role', 'Role', 'RoleBinding', 'RoleBinding', 'Service']);
      assert.deepEqual(
        ordered.namespaces.map(({ metadata }) => metadata.name),
        ['system'],
      );
      assert.equal(ordered.definitions.length, 2);
      assert.deepEqual(ordered.controller, deployment(['--leader-elect=true', '--extensions']));
    }),
  );
});

test('refuses a kind that it would not know to remove, by name', () => {
  const webhook = { ...object('MutatingWebhookConfiguration', 'meddler'), apiVersion: 'admission/v1' };
  assert.throws(
    () => orderManifests([...RELEASE, webhook]),
    (error) =>
      error instanceof UnworkableError &&
      error.message.includes('MutatingWebhookConfiguration meddler (admission/v1)'),
  );
});

for (const [name, deployments] of [
  ['no Deployment', []],
  ['only the core controller', [deployment([])]],
  ['two controllers with extensions', [deployment(['--extensions']), deployment(['--extensions'])]],
  [
    'another Deployment besides',
    [deployment(['--extensions']), { ...deployment([]), metadata: { name: 'router' } }],
  ],
] as const) {
  test(`refuses to guess the controller: ${name}`, () => {
    assert.throws(() => orderManifests(deployments), UnworkableError);
  });
}

test('reads every document of a file, and leaves out what is no object', () => {
  const text =
    '# licence\n---\n---\nkind: Namespace\napiVersion: v1\nmetadata: {name: a}\n---\n[1, 2]\n---\nfoo: bar\n---\nkind: Role\napiVersion: v1\nmetadata: {name: b}\n';
  const names = parseManifests([{ path: 'a.yaml', text }]).map(
    ({ kind, metadata }) => `${kind} ${metadata.name}`,
  );
  assert.deepEqual(names, ['Namespace a', 'Role b']);
});

for (const [name, text] of [
  ['broken YAML', 'kind: [Namespace\n'],
  ['an object without a name', 'kind: Namespace\napiVersion: v1\n'],
] as const) {
  test(`refuses ${name}, naming the file`, () => {
    assert.throws(
      () => parseManifests([{ path: 'crds/x.yaml', text }]),
      (error) => error instanceof UnworkableError && error.message.includes('crds/x.yaml'),
    );
  });
}

test('takes the conversion webhook out of a definition, and nothing else', () => {
  const versions = [{ name: 'v1beta1', storage: true }];
  const definition = object('CustomResourceDefinition', 'a', {
    conversion: { strategy: 'Webhook', webhook: { clientConfig: { service: { name: 'x' } } } },
    versions,
  });
  const before = structuredClone(definition);
  assert.deepEqual(withoutConversion(definition)['spec'], { conversion: { strategy: 'None' }, versions });
  assert.deepEqual(definition, before);
});
