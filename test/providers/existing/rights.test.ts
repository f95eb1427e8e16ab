import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Right } from '../../../src/providers/existing/rights.ts';
import { rightsNeeded, rightText } from '../../../src/providers/existing/rights.ts';
import { demanded, rightsOf, shippedRoles } from './shipped-roles.ts';

const covers = (granted: Right, needed: Right) =>
  granted.verb === needed.verb &&
  granted.group === needed.group &&
  granted.resource === needed.resource &&
  (granted.namespace === undefined || granted.namespace === needed.namespace) &&
  (granted.name === undefined || granted.name === needed.name);

for (const [install, file] of [
  ['own', 'own'],
  ['useExisting', 'use-existing'],
] as const) {
  const needed = rightsNeeded({ install, workload: true, runtimeClass: true });
  const granted = rightsOf(demanded(shippedRoles(file)));

  test(`the roles that are shipped for ${install} grant every right that a run asks for`, () => {
    const missing = needed.filter((right) => !granted.some((each) => covers(each, right)));
    assert.deepEqual(missing.map(rightText), []);
  });

  test(`the roles that are shipped for ${install} grant nothing that no run asks for`, () => {
    const idle = granted.filter((each) => !needed.some((right) => covers(each, right)));
    assert.deepEqual(idle.map(rightText), []);
  });
}

test('a run without workload and RuntimeClass asks for less', () => {
  const texts = (workload: boolean, runtimeClass: boolean) =>
    rightsNeeded({ install: 'useExisting', workload, runtimeClass }).map(rightText);
  const least = new Set(texts(false, false));
  assert.deepEqual(
    texts(true, true).filter((text) => !least.has(text)),
    [
      ...['get pods/exec', 'create pods/exec'],
      ...['create', 'watch', 'delete'].map((verb) => `${verb} runtimeclasses.node.k8s.io`),
    ],
  );
});

test('a run that measures an installation asks for no right on roles, secrets or CRDs but to read the last', () => {
  const rights = rightsNeeded({ install: 'useExisting', workload: true, runtimeClass: true });
  const dangerous = rights.filter(
    ({ group, resource }) =>
      group === 'rbac.authorization.k8s.io' ||
      /^(secrets|serviceaccounts|customresourcedefinitions)$/.test(resource),
  );
  assert.deepEqual(dangerous.map(rightText), [
    'get customresourcedefinitions.apiextensions.k8s.io',
    'list customresourcedefinitions.apiextensions.k8s.io',
  ]);
});
