import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { StubServer } from '../../bench/stub/stub-server.ts';
import { startStubServer } from '../../bench/stub/stub-server.ts';
import { STUB_DEFAULTS } from '../../bench/stub/settings.ts';
import type { StubSettings } from '../../bench/stub/settings.ts';
import { PermissionDeniedError } from '../../src/domain/errors.ts';
import { connect } from '../../src/kubernetes/connect.ts';
import type { KubeClient, KubeObject } from '../../src/kubernetes/kube-client.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { readClaim } from '../../src/sandbox/claim-status.ts';
import { itKeepsTheApiContract } from '../kubernetes/api-contract.ts';

const { SandboxClaim } = RESOURCES;
const HERE = { namespace: 'bench' };

function claim(name: string, labels: Record<string, string> = {}): KubeObject {
  const { apiVersion, kind } = SandboxClaim;
  return { apiVersion, kind, metadata: { name, ...HERE, labels }, spec: { warmPoolRef: { name: 'pool' } } };
}

/** A stub for one describe block, and a client of it. */
function stubbed(settings: Partial<StubSettings> = {}): { stub: StubServer; kube: KubeClient } {
  const held = {} as { stub: StubServer; kube: KubeClient };
  before(async () => {
    held.stub = await startStubServer({ ...STUB_DEFAULTS, readyMedianMs: 2, ...settings });
    held.kube = connect(
      { kubeconfig: held.stub.kubeconfig },
      { patience: { baseMs: 2, capMs: 20, retryAfterCapMs: 5 } },
    );
  });
  after(async () => {
    await held.kube?.close();
    await held.stub?.close();
  });
  return held;
}

/** Everything that a watch tells of these claims until all of them are ready. */
async function readyByWatch(kube: KubeClient, names: string[]): Promise<Map<string, string[]>> {
  const told = new Map<string, string[]>(names.map((name) => [name, []]));
  const waiting = new Set(names);
  const all = Promise.withResolvers<void>();
  const watch = kube.watch(SandboxClaim, HERE, (event) => {
    if (event.type === 'RELISTED') return;
    const { name } = event.object.metadata;
    const { sandboxName, ready } = readClaim(event.object);
    told.get(name)?.push(`${event.type} ${ready ? sandboxName : ''}`.trim());
    if (ready) waiting.delete(name);
    if (waiting.size === 0) all.resolve();
  });
  await watch.started;
  for (const name of names) await kube.create(SandboxClaim, claim(name), HERE);
  await all.promise;
  watch.stop();
  return told;
}

describe('the stub API server', () => {
  const held = stubbed();
  itKeepsTheApiContract(() => ({ kube: held.kube, resource: SandboxClaim, ...HERE, object: claim }));

  it('makes a claim ready by the changes that the controller makes, and knows when', async () => {
    const told = await readyByWatch(held.kube, ['one']);
    assert.deepEqual(told.get('one')?.slice(0, 3), ['ADDED', 'MODIFIED', 'MODIFIED']);
    assert.match(told.get('one')?.[3] ?? '', /^MODIFIED bench-/);
    const { createdMs = 0, readyMs } = held.stub.report().moments['one'] ?? {};
    assert.ok((readyMs ?? 0) > createdMs);
  });

  it('lets in a token as well as a certificate, and nobody else', async () => {
    const token = connect({ kubeconfig: held.stub.tokenKubeconfig });
    const wrong = connect({
      kubeconfig: held.stub.tokenKubeconfig.replace(/"token":"[^"]*"/, '"token":"wrong"'),
    });
    assert.match(await token.text('/version'), /gitVersion/);
    await assert.rejects(wrong.text('/version'), PermissionDeniedError);
    await Promise.all([token.close(), wrong.close()]);
  });
});

describe('a stub that cuts watches and refuses calls', () => {
  const held = stubbed({
    cutWatchEveryMs: 30,
    throttledFraction: 0.2,
    retryAfterSeconds: 0,
    bookmarkEveryMs: 5,
  });

  it('still tells a client that resumes each change of each claim once, in order', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `claim-${index}`);
    const told = await readyByWatch(held.kube, names);
    for (const [name, events] of told) {
      assert.equal(events.filter((event) => event === 'ADDED').length, 1, name);
      assert.equal(events[0], 'ADDED', name);
    }
    const { watchesCut, throttled, created } = held.stub.report();
    assert.ok(watchesCut > 0 && throttled > 0);
    assert.equal(created, names.length);
  });
});

describe('a stub that keeps few events', () => {
  const held = stubbed({ eventsKept: 5 });

  it('tells whoever asks for older ones to list again', async () => {
    const { resourceVersion } = await held.kube.list(SandboxClaim, HERE);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
      await held.kube.create(SandboxClaim, claim(name), HERE);
    const path = '/apis/extensions.agents.x-k8s.io/v1beta1/sandboxclaims?watch=true&resourceVersion=';
    await assert.rejects(held.kube.text(path + resourceVersion), /list again|too old resource version/);
    assert.equal(held.stub.report().watchesExpired, 1);
  });
});
