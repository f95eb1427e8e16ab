import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { parseAllDocuments } from 'yaml';
import { contextAccess } from '../../src/providers/existing/context-access.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import { startControlPlane, type ControlPlane } from '../support/control-plane.ts';

const DEPLOY = join(import.meta.dirname, '../../deploy');
const FOLDER = join(DEPLOY, 'kubernetes');
const RIGHTS = ['rbac/existing-use-existing.yaml', 'kubernetes/rights.yaml'].map((file) =>
  join(DEPLOY, file),
);
const ACCOUNT = 'system:serviceaccount:sandtide:sandtide-worker';

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  data: Record<string, string>;
  spec: { template: { spec: PodSpec } };
}

interface PodSpec {
  terminationGracePeriodSeconds: number;
  containers: { env: { name: string; value: string }[]; volumeMounts: { mountPath: string }[] }[];
}

const manifests = readdirSync(FOLDER).flatMap((file) =>
  parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map((document) => document.toJS() as Manifest),
);
const manifest = (kind: string, name: string): Manifest => {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name === name);
  assert.ok(found !== undefined, `${kind} ${name}`);
  return found;
};
const podSpec = (): PodSpec => manifest('StatefulSet', 'sandtide-worker').spec.template.spec;

describe('the manifests of a worker on Kubernetes', { timeout: 300_000 }, () => {
  let plane: ControlPlane;
  let folder: string;
  let kubectl: (...args: string[]) => Promise<{ code: number; said: string }>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandtide-manifests-'));
    plane = await startControlPlane('manifests');
    const work = { signal: AbortSignal.timeout(120_000), progress: () => undefined };
    const { path } = await createToolchain().find('kubectl', work);
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, plane.access.kubeconfig, { mode: 0o600 });
    kubectl = async (...args) => {
      const env = { KUBECONFIG: kubeconfig, HOME: folder };
      const { exitCode = -1, all } = await execa(path, args, { env, all: true, reject: false });
      return { code: exitCode, said: all };
    };
    // Objects of a namespace can be tried only where it is.
    const made = await kubectl('apply', '--server-side', '-f', join(FOLDER, 'namespace.yaml'));
    assert.equal(made.code, 0, made.said);
    assert.equal((await kubectl('create', 'namespace', 'agent-sandbox-system')).code, 0);
  });
  after(async () => {
    await plane?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const dryRun = (file: string) =>
    kubectl('apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', file);

  it('are taken by an API server, each one and without a warning', async () => {
    const { code, said } = await dryRun(FOLDER);
    assert.equal(code, 0, said);
    const lines = said.trim().split('\n');
    assert.equal(lines.length, manifests.length, said);
    for (const line of lines) assert.match(line, / serverside-applied \(server dry run\)$/);
  });

  it('would be refused with a misspelt field', async () => {
    const file = join(folder, 'misspelt.yaml');
    const right = readFileSync(join(FOLDER, 'worker.yaml'), 'utf8');
    await writeFile(file, right.replace('terminationGracePeriodSeconds', 'terminationGraceSeconds'));
    const { code, said } = await dryRun(file);
    assert.notEqual(code, 0);
    assert.match(said, /terminationGraceSeconds/);
  });

  it('make pods that the strictest pod security lets in, and none that asks for more', async () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one', namespace: 'sandtide' } };
    const spec = { ...podSpec(), serviceAccountName: 'default', volumes: [] };
    const tried = async (change: object) => {
      const file = join(folder, 'pod.json');
      const containers = spec.containers.map((one) => ({ ...one, volumeMounts: [] }));
      await writeFile(file, JSON.stringify({ ...pod, spec: { ...spec, containers, ...change } }));
      return dryRun(file);
    };
    const good = await tried({});
    assert.equal(good.code, 0, good.said);
    assert.match((await tried({ hostNetwork: true })).said, /violates PodSecurity "restricted/);
  });

  it('give the worker the shipped roles, and no Secret', async () => {
    const applied = await kubectl('apply', ...RIGHTS.flatMap((file) => ['-f', file]));
    assert.equal(applied.code, 0, applied.said);
    const may = async (...what: string[]) => (await kubectl('auth', 'can-i', '--as', ACCOUNT, ...what)).said;
    assert.equal((await may('create', 'namespaces')).split('\n').at(-1), 'yes');
    assert.equal(await may('patch', 'leases.coordination.k8s.io/sandtide', '-n', 'default'), 'yes');
    assert.equal(await may('get', 'secrets', '-n', 'default'), 'no');
    assert.equal(await may('delete', 'pods', '-n', 'default'), 'no');
  });

  it('give a worker that is told to stop more time than its activities get', () => {
    const worker = readFileSync(join(import.meta.dirname, '../../src/worker.ts'), 'utf8');
    const seconds = Number(/shutdownGraceTime: '(\d+)s'/.exec(worker)?.[1]);
    assert.ok(podSpec().terminationGracePeriodSeconds >= seconds + 20, `${seconds} s`);
  });

  it('hold a kubeconfig that the provider existing can read, with the token read anew from its file', async () => {
    const { config = '' } = manifest('ConfigMap', 'sandtide-kubeconfig').data;
    const token = join(folder, 'token');
    const path = join(folder, 'in-cluster');
    await writeFile(token, 'first\n');
    await writeFile(path, config.replace(/tokenFile: .*/, `tokenFile: ${token}`));
    const place = { kubeconfig: path, context: 'in-cluster', allowExec: false };
    assert.match(await contextAccess(place, {}), /token: first$/m);
    await writeFile(token, 'second\n');
    assert.match(await contextAccess(place, {}), /token: second$/m);
  });
});
