import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidSpecError } from '../../src/domain/errors.ts';
import { createProviders, providerOf } from '../../src/providers/registry.ts';
import { PROVIDER_TYPES } from '../../src/spec/schema.ts';

const providers = createProviders({
  toolchain: { findAll: async () => ({}) },
  stateFolder: '/nowhere',
  home: (workflowId) => ({ kind: 'embedded', sessionId: 'test', workflowId }),
});

test('every provider that a spec may name is in the registry, and no other', () => {
  assert.deepEqual([...providers.keys()], [...PROVIDER_TYPES]);
  for (const type of PROVIDER_TYPES) assert.equal(providerOf(providers, type).type, type);
});

test('a type that nobody knows is refused by name, with the known ones', () => {
  assert.throws(
    () => providerOf(providers, 'lokal'),
    (error: unknown) => {
      assert.ok(error instanceof InvalidSpecError);
      assert.match(
        error.message,
        /provider\.type: there is no provider "lokal"; known: local, existing, kind/,
      );
      return true;
    },
  );
});
