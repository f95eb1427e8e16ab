import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnworkableError } from '../../src/domain/errors.ts';
import { collectionPath, objectPath } from '../../src/kubernetes/object-path.ts';
import { RESOURCES, resourceFor } from '../../src/kubernetes/resources.ts';

test('finds each resource by what a manifest says of it', () => {
  for (const resource of Object.values(RESOURCES)) {
    assert.equal(resourceFor(resource.apiVersion, resource.kind), resource);
  }
});

test('refuses a kind or a version that is not in the table', () => {
  assert.throws(() => resourceFor('batch/v1', 'Job'), UnworkableError);
  assert.throws(() => resourceFor('extensions.agents.x-k8s.io/v1alpha1', 'SandboxClaim'), UnworkableError);
});

test('paths fit core and grouped, namespaced and cluster-wide kinds', () => {
  assert.equal(objectPath(RESOURCES.Node, 'n1'), '/api/v1/nodes/n1');
  assert.equal(objectPath(RESOURCES.Deployment, 'd', 'ns'), '/apis/apps/v1/namespaces/ns/deployments/d');
  assert.equal(collectionPath(RESOURCES.Pod), '/api/v1/pods');
});

test('names that would lead elsewhere are refused', () => {
  for (const name of ['', '.', '..', 'a/b', '%2e%2e']) {
    assert.throws(() => objectPath(RESOURCES.Node, name), UnworkableError, name);
  }
});
