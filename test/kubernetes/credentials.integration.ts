import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UnavailableError } from '../../src/domain/errors.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { configMap, failure, json, scriptedServer } from './scripted-server.ts';

/** A plugin that counts its runs in a file and gives the token `token-<run>`. */
async function plugin(
  folder: string,
  tail = '',
): Promise<{ user: Record<string, unknown>; runs: () => Promise<number> }> {
  const script = join(folder, 'plugin.mjs');
  const count = join(folder, 'count');
  await writeFile(
    script,
    `import { appendFileSync, readFileSync } from 'node:fs';
     appendFileSync(${JSON.stringify(count)}, 'x');
     ${tail}
     const token = 'token-' + readFileSync(${JSON.stringify(count)}, 'utf8').length;
     console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } }));`,
  );
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: [script],
    interactiveMode: 'Never',
  };
  return { user: { exec }, runs: async () => (await readFile(count, 'utf8')).length };
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sandtide-test-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const HERE = { namespace: 'default' };

test('a credential plugin is run once for many calls at once', (t) =>
  inFolder(async (folder) => {
    const { user, runs } = await plugin(folder);
    const server = await scriptedServer(t, (response) => json(response, configMap('x')), {}, user);
    await Promise.all(Array.from({ length: 20 }, () => server.kube.get(RESOURCES.ConfigMap, 'x', HERE)));
    assert.equal(await runs(), 1);
    assert.equal(server.seen[0]?.headers.authorization, 'Bearer token-1');
  }));

test('a token that the server no longer takes is asked for anew, once', (t) =>
  inFolder(async (folder) => {
    const { user } = await plugin(folder);
    const server = await scriptedServer(
      t,
      (response, seen) =>
        seen.headers.authorization === 'Bearer token-2'
          ? json(response, configMap('x'))
          : failure(response, 401, 'Unauthorized', 'Unauthorized'),
      {},
      user,
    );
    assert.notEqual(await server.kube.get(RESOURCES.ConfigMap, 'x', HERE), null);
    assert.deepEqual(
      server.seen.map((one) => one.headers.authorization),
      ['Bearer token-1', 'Bearer token-2'],
    );
  }));

test("a plugin's failure is told with its words but without what looks like a token", (t) =>
  inFolder(async (folder) => {
    const secret = 'A1b2'.repeat(12);
    const { user } = await plugin(folder, `console.error('login expired ${secret}'); process.exit(3);`);
    const server = await scriptedServer(t, (response) => json(response, configMap('x')), {}, user);
    await assert.rejects(server.kube.get(RESOURCES.ConfigMap, 'x', HERE), (error: Error) => {
      assert.ok(error instanceof UnavailableError);
      assert.match(error.message, /login expired/);
      assert.doesNotMatch(error.message, new RegExp(secret));
      return true;
    });
  }));
