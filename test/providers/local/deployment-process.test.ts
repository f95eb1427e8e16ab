import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnworkableError } from '../../../src/domain/errors.ts';
import type { KubeObject } from '../../../src/kubernetes/kube-client.ts';
import { processArguments } from '../../../src/providers/local/deployment-process.ts';

function deployment(...containers: { args?: string[] }[]): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'controller' },
    spec: { template: { spec: { containers } } },
  };
}

const OWN = { kubeconfig: '/k', 'metrics-bind-address': '127.0.0.1:1' };
const OWN_FLAGS = ['--kubeconfig=/k', '--metrics-bind-address=127.0.0.1:1'];

test("a process gets its Deployment's arguments, and what it needs outside after them", () => {
  const args = ['--leader-elect=true', '--extensions', '--kube-api-qps=-1'];
  assert.deepEqual(processArguments(deployment({ args }), OWN), [...args, ...OWN_FLAGS]);
});

const spellings = [
  ['--metrics-bind-address=:8080'],
  ['-metrics-bind-address=:8080'],
  ['--metrics-bind-address', ':8080'],
  ['-metrics-bind-address', ':8080'],
];
for (const flag of spellings) {
  test(`what the Deployment sets by ${flag.join(' ')} is replaced, not doubled`, () => {
    const args = ['--extensions', ...flag, '--leader-elect'];
    const expected = ['--extensions', '--leader-elect', ...OWN_FLAGS];
    assert.deepEqual(processArguments(deployment({ args }), OWN), expected);
  });
}

test('a flag that only begins like one of ours stays', () => {
  const args = ['--kubeconfig-cache=/c'];
  assert.deepEqual(processArguments(deployment({ args }), OWN), [...args, ...OWN_FLAGS]);
});

test('the arguments are those of the first container, of which there has to be one', () => {
  assert.deepEqual(processArguments(deployment({ args: ['-a'] }, { args: ['-b'] }), {}), ['-a']);
  assert.deepEqual(processArguments(deployment({}), OWN), OWN_FLAGS);
  assert.throws(() => processArguments(deployment(), OWN), UnworkableError);
});
