import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { HOSTILE_TEXTS } from '../activities/hostile-inputs.ts';
import { findings, SMALLEST } from './spec-samples.ts';

const refused = (agentSandbox: object, load: object = {}) =>
  findings(() => resolveSpec({ load: { ...SMALLEST.load, ...load }, agentSandbox }));
const settled = (agentSandbox: object) => resolveSpec({ ...SMALLEST, agentSandbox }).agentSandbox;

describe('flags of the controller', () => {
  it('that have no key of their own are set by their own names', () => {
    const flags = { 'api-connections': 4, 'zap-log-level': 3, 'enable-pprof': true };
    assert.deepEqual(settled({ controller: { flags } }).controller.flags, flags);
  });

  for (const [key, what] of [
    ['kube-api-qps', 'set agentSandbox.controller.kubeApiQps instead'],
    ['--kube-api-qps', 'set agentSandbox.controller.kubeApiQps instead'],
    ['leader-elect', 'set agentSandbox.controller.leaderElect instead'],
    ['kubeconfig', 'no spec sets it, for it follows from where the controller runs'],
    ['--api-connections', 'write it api-connections, without hyphens before it'],
    ['api-conections', 'did you mean api-connections?'],
  ] as const) {
    it(`a place is named for ${key}, which is none of them`, () => {
      const [only, ...others] = refused({ controller: { flags: { [key]: 1 } } });
      assert.deepEqual(others, []);
      assert.ok(only?.includes(`unknown key; ${what}`), only);
    });
  }

  it('take no value that the controller would take for something else', () => {
    for (const text of HOSTILE_TEXTS) {
      const flags = { 'zap-encoder': text, 'zap-log-level': text, 'sandbox-write-behind-window': text };
      assert.equal(refused({ controller: { flags } }).length, 3, text);
      if (/^[a-z0-9-]{1,63}$/.test(text) && !text.startsWith('-')) continue; // a word names a domain
      assert.equal(refused({ controller: { flags: { 'cluster-domain': text } } }).length, 1, text);
    }
  });
});

describe('labels', () => {
  for (const [key, value] of [
    ['sandtide.dev/owner', 'mine'],
    ['agents.x-k8s.io/launch-type', 'warm'],
    ['extensions.agents.x-k8s.io/x', 'y'],
    ['two words', 'x'],
    ['a/b/c', 'x'],
  ] as const) {
    it(`${key} is refused by name`, () => {
      const [only, ...others] = refused({ template: { labels: { [key]: value } } });
      assert.deepEqual(others, []);
      assert.match(
        only ?? '',
        /can be no key here; allowed: a Kubernetes label key, but none of sandtide\.dev/,
      );
    });
  }

  it('with a value that Kubernetes refuses are told with what is allowed', () => {
    assert.deepEqual(refused({ template: { labels: { team: 'a b' } } }), [
      'agentSandbox.template.labels.team: found "a b"; allowed: a Kubernetes label value: letters, digits, ".", "_", "-", 63 characters at most',
    ]);
  });
});

describe('what several settings say together', () => {
  it('a limit is not below its request, whatever their units', () => {
    assert.deepEqual(
      refused({
        controller: { cpuRequest: '1', cpuLimit: '900m', memoryLimit: '300M' },
        template: { memoryRequest: '1Gi', memoryLimit: '1G', ephemeralStorageLimit: '1Gi' },
      }),
      [
        'agentSandbox.controller.cpuLimit: 900m is less than cpuRequest 1',
        'agentSandbox.template.memoryLimit: 1G is less than memoryRequest 1Gi',
      ],
    );
  });

  it('traces are sent where tracing is on', () => {
    const otlpEndpoint = 'http://127.0.0.1:4317';
    assert.match(
      refused({ controller: { otlpEndpoint } }).join(),
      /nothing is sent to .* without enableTracing/,
    );
    assert.equal(
      settled({ controller: { otlpEndpoint, enableTracing: true } }).controller.otlpEndpoint,
      otlpEndpoint,
    );
  });

  it('a claim does not end itself while it is waited for', () => {
    const load = { readyTimeout: '60s', workloadDuration: '10s' };
    assert.match(
      refused({ claim: { lifetime: '69s' } }, load).join(),
      /69s is less than load\.readyTimeout 60s/,
    );
    assert.deepEqual(
      resolveSpec({ load: { ...SMALLEST.load, ...load }, agentSandbox: { claim: { lifetime: '70s' } } })
        .agentSandbox.claim.lifetime,
      '70s',
    );
  });

  it('the local provider runs no other controller than its own', () => {
    const manifestsSha256 = 'a'.repeat(64);
    assert.match(
      refused({ version: 'v0.5.5', manifestsSha256 }).join(),
      /local provider runs the controller of v0\.5\.6/,
    );
  });
});
