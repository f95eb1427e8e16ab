import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidSpecError } from '../../src/domain/errors.ts';
import { createAgentSandboxTypes } from '../../src/sandbox/registry.ts';
import { AGENT_SANDBOX_TYPES } from '../../src/spec/agent-sandbox-schema.ts';
import { sampleSpec } from './sample-plan.ts';

const agentSandbox = createAgentSandboxTypes({ manifestsFolder: async () => '' });

test('every type that a spec may name is there, under its own name', () => {
  for (const type of AGENT_SANDBOX_TYPES) assert.equal(agentSandbox(type).type, type);
});

for (const type of ['Helm', '', 'kubernetes', 'toString', '__proto__']) {
  test(`refuses type ${JSON.stringify(type)} by name, with the known ones`, () => {
    assert.throws(
      () => agentSandbox(type),
      (error) =>
        error instanceof InvalidSpecError &&
        error.problems[0]?.path === 'agentSandbox.type' &&
        error.message.includes(JSON.stringify(type)) &&
        error.message.includes('Kubernetes'),
    );
  });
}

test('derives names from run and owner alone, short enough for a label with a suffix', () => {
  const names = agentSandbox('Kubernetes').plan(sampleSpec(), 'Nightly run!', '0123456789');
  assert.deepEqual(names, {
    type: 'Kubernetes',
    install: 'own',
    systemNamespace: 'agent-sandbox-system',
    workloadNamespace: 'st-nightly-run-0123456789',
    template: 'st-0123456789',
    warmPool: 'st-0123456789',
  });
});

test("takes the spec's namespace where it names one", () => {
  const names = agentSandbox('Kubernetes').plan(sampleSpec({ namespace: 'bench' }), 'tide', '0123456789');
  assert.equal(names.workloadNamespace, 'bench');
});

test('refuses an unknown release while it plans, before anything exists', () => {
  const spec = sampleSpec();
  spec.agentSandbox.version = 'v9.9.9'; // as another version of sandtide may have resolved it
  const plan = () => agentSandbox('Kubernetes').plan(spec, 'tide', '0123456789');
  assert.throws(
    plan,
    (error) => error instanceof InvalidSpecError && /v9\.9\.9.*v0\.5\.6/.test(error.message),
  );
});
