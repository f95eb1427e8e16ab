import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { describe, it } from 'node:test';
import { lookAtCluster, lookAtSpec } from '../../src/cli/doctor-spec.ts';
import { problem } from '../../src/doctor/finding.ts';
import { CANARY, failure, json, scriptedServer } from '../kubernetes/scripted-server.ts';

const WORK = { signal: AbortSignal.timeout(60_000), progress: () => undefined };
const PROGRAMS = problem('programs', '2 of 9 are missing', 'install Go');

/** What the doctor says of a spec with that provider: its check and status by finding, and all as text. */
async function examined(t: TestContext, provider: object, env: NodeJS.ProcessEnv = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sandtide-doctor-spec-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'spec.json');
  writeFileSync(file, JSON.stringify({ load: { qps: 1, duration: '1s' }, provider }));
  const seen = await lookAtSpec(file);
  const findings = [seen.finding, ...(await lookAtCluster(seen, PROGRAMS, WORK, env))];
  return {
    statuses: Object.fromEntries(findings.map(({ check, status }) => [check, status])),
    text: JSON.stringify(findings),
  };
}

/** A context of a cluster where everything may be done but to make pods run commands, as a file. */
async function cluster(t: TestContext, token: string): Promise<string> {
  const node = {
    metadata: { name: 'n', labels: { 'sandtide.dev/pool': 'sandbox' } },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  };
  const answering: Parameters<typeof scriptedServer>[1] = (response, { url, body }) => {
    if (url.pathname === '/version') return json(response, { gitVersion: 'v1.36.0' });
    if (url.pathname.endsWith('/nodes')) return json(response, { metadata: {}, items: [node] });
    if (!url.pathname.endsWith('/selfsubjectaccessreviews'))
      return failure(response, 404, 'NotFound', 'none');
    const { spec } = JSON.parse(body) as { spec: { resourceAttributes: { resource: string } } };
    const allowed = spec.resourceAttributes.resource !== 'sandboxclaims';
    return json(response, { status: { allowed } }, 201);
  };
  const { kubeconfig } = await scriptedServer(t, answering, {}, { token });
  const folder = mkdtempSync(join(tmpdir(), 'sandtide-doctor-spec-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'kubeconfig'), kubeconfig, { mode: 0o600 });
  return join(folder, 'kubeconfig');
}

describe('sandtide doctor --spec', () => {
  it('names what a context lacks for a run, without its token', async (t) => {
    const payload = Buffer.from(JSON.stringify({ exp: 1_700_000_000 })).toString('base64url');
    const token = `${CANARY}.${payload}.signature`;
    const kubeconfig = await cluster(t, token);
    const { statuses, text } = await examined(t, { type: 'existing', kubeconfig, context: 'test' });
    assert.deepEqual(statuses, {
      spec: 'ok',
      cluster: 'ok',
      rights: 'problem',
      nodes: 'ok',
      credentials: 'problem',
    });
    assert.match(text, /create sandboxclaims\.extensions\.agents\.x-k8s\.io/);
    assert.match(text, /they ended 2023-11-14/);
    assert.ok(!text.includes(CANARY));
  });

  it('says so where there is no such context', async (t) => {
    const kubeconfig = await cluster(t, CANARY);
    const { statuses, text } = await examined(t, { type: 'existing', kubeconfig, context: 'prod' });
    assert.deepEqual(statuses, { spec: 'ok', cluster: 'problem' });
    assert.match(text, /there is no such context/);
  });

  it('asks the program kind for its version, and the container runtime by it', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'sandtide-doctor-spec-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const program = join(folder, 'kind');
    writeFileSync(
      program,
      '#!/bin/sh\n[ "$1" = version ] && echo "kind v0.30.0 go1.25.1 linux/amd64"\nexit 0\n',
    );
    chmodSync(program, 0o755);
    const there = await examined(t, { type: 'kind' }, { PATH: process.env['PATH'], SANDTIDE_KIND: program });
    assert.deepEqual(there.statuses, { spec: 'ok', cluster: 'ok' });
    assert.match(there.text, /kind v0\.30\.0/);
    const none = await examined(t, { type: 'kind' }, { PATH: '/nowhere' });
    assert.deepEqual(none.statuses, { spec: 'ok', cluster: 'problem' });
    assert.match(none.text, /install kind v0\.21\.0/);
  });

  it('needs the programs of the local plane for provider local', async (t) => {
    const { statuses } = await examined(t, { type: 'local' });
    assert.deepEqual(statuses, { spec: 'ok', cluster: 'problem' });
  });

  it('tells what is wrong with a spec, and asks no cluster then', async (t) => {
    const { statuses, text } = await examined(t, { type: 'existing' });
    assert.deepEqual(statuses, { spec: 'problem', cluster: 'skipped' });
    assert.match(text, /provider\.context/);
  });
});
