import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
import { UnworkableError } from '../../../src/domain/errors.ts';
import { contextAccess } from '../../../src/providers/existing/context-access.ts';
import { locationOf, placeAt } from '../../../src/providers/existing/place.ts';
import type { Place } from '../../../src/providers/existing/place.ts';

const SECRET = 'canary-token-0452';

interface Made {
  'current-context': string;
  contexts: { name: string }[];
  clusters: { cluster: Record<string, unknown> }[];
  users: { user: Record<string, unknown> }[];
}

describe('a context of a kubeconfig', () => {
  let home = '';
  const write = async (path: string, users: Record<string, object>, name = 'prod') => {
    const file = join(home, path);
    await mkdir(join(file, '..'), { recursive: true });
    const [user = {}] = Object.values(users);
    await writeFile(
      file,
      stringify({
        'current-context': 'another',
        contexts: [
          { name: 'another', context: { cluster: 'another', user: 'another' } },
          { name, context: { cluster: name, user: name } },
        ],
        clusters: [
          { name: 'another', cluster: { server: 'https://another' } },
          { name, cluster: { server: `https://${name}`, 'certificate-authority': 'ca.crt' } },
        ],
        users: [
          { name: 'another', user: { token: 'anothers' } },
          { name, user },
        ],
      }),
    );
    return file;
  };
  const read = async (place: Partial<Place>, env: NodeJS.ProcessEnv = {}): Promise<Made> => {
    const whole = { kubeconfig: null, context: 'prod', allowExec: false, ...place };
    return parse(await contextAccess(whole, { HOME: home, ...env })) as Made;
  };

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'sandtide-context-'));
    await write('.kube/config', { prod: { token: SECRET, 'client-key': '../keys/prod.key' } });
  });
  after(() => rm(home, { recursive: true, force: true }));

  it('is the one that is named, whatever the current one is, and nothing of the others', async () => {
    const made = await read({});
    assert.equal(made['current-context'], 'prod');
    assert.deepEqual([made.contexts.length, made.clusters.length, made.users.length], [1, 1, 1]);
    assert.doesNotMatch(JSON.stringify(made), /another/);
  });

  it('has paths that mean the same wherever they are read', async () => {
    const made = await read({});
    assert.equal(made.clusters[0]?.cluster['certificate-authority'], join(home, '.kube', 'ca.crt'));
    assert.equal(made.users[0]?.user['client-key'], join(home, 'keys', 'prod.key'));
  });

  it('is looked for in all files of KUBECONFIG, and in the file that is named before that', async () => {
    const [first, second] = [
      await write('a.yaml', { other: { token: 'a' } }, 'other'),
      await write('b.yaml', { prod: { token: 'b' } }),
    ];
    const env = { KUBECONFIG: `${first}:${join(home, 'none')}:${second}` };
    assert.equal((await read({}, env)).users[0]?.user['token'], 'b');
    assert.equal((await read({ kubeconfig: '~/.kube/config' }, env)).users[0]?.user['token'], SECRET);
  });

  it('reads a token from its file now, not when the spec was written', async () => {
    await writeFile(join(home, 'token'), 'one\n');
    const kubeconfig = await write('token.yaml', { prod: { tokenFile: 'token' } });
    assert.equal((await read({ kubeconfig })).users[0]?.user['token'], 'one');
    await writeFile(join(home, 'token'), 'two\n');
    assert.equal((await read({ kubeconfig })).users[0]?.user['token'], 'two');
  });

  for (const [what, user] of [
    ['a program', { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './login' } }],
    ['an auth-provider', { 'auth-provider': { name: 'gcp', config: { 'access-token': SECRET } } }],
  ] as const) {
    it(`whose user has ${what} is refused until somebody agrees`, async () => {
      const kubeconfig = await write('exec.yaml', { prod: user });
      await assert.rejects(read({ kubeconfig }), (error: unknown) => {
        assert.ok(error instanceof UnworkableError);
        assert.match(error.message, /was not run; agree to it by `allowExec: true`/);
        assert.doesNotMatch(error.message, new RegExp(SECRET));
        return true;
      });
      await assert.rejects(read({ kubeconfig }, { SANDTIDE_ALLOW_EXEC: '0' }), UnworkableError);
      await read({ kubeconfig, allowExec: true });
      await read({ kubeconfig }, { SANDTIDE_ALLOW_EXEC: '1' });
    });
  }

  it('finds a program beside the file, as kubectl does', async () => {
    const kubeconfig = await write('exec.yaml', { prod: { exec: { command: './login' } } });
    const made = await read({ kubeconfig, allowExec: true });
    assert.deepEqual(made.users[0]?.user['exec'], { command: join(home, 'login') });
  });

  it('is named with the file where there is none, and nothing of the file is quoted', async () => {
    await assert.rejects(read({ context: 'gone' }), /context gone of \S+config: there is no such context/);
    await assert.rejects(read({ kubeconfig: '/nowhere/config' }), /there is no such context/);
    await writeFile(join(home, 'broken'), `users: [{ token: ${SECRET}`);
    await assert.rejects(read({ kubeconfig: join(home, 'broken') }), (error: unknown) => {
      assert.ok(error instanceof UnworkableError);
      assert.doesNotMatch(error.message, new RegExp(SECRET));
      return true;
    });
  });
});

describe('the location of a cluster of the user', () => {
  for (const kubeconfig of [null, '~/.kube/config', '/etc/with space/config']) {
    for (const context of ['prod', 'a#b?exec#c', 'arn:aws:eks:eu-west-1:1:cluster/prod']) {
      for (const allowExec of [false, true]) {
        const place = { kubeconfig, context, allowExec };
        it(`${locationOf(place)} says what it was made from`, () => {
          assert.deepEqual(placeAt(locationOf(place)), place);
        });
      }
    }
  }

  it('is a context alone where a list names nothing else', () => {
    assert.deepEqual(placeAt('prod'), { kubeconfig: null, context: 'prod', allowExec: false });
  });
});
