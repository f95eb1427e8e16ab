import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { InvalidSpecError } from '../../src/domain/errors.ts';
import { openWorkerFaults } from '../../src/faults/worker-faults.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { configMap, json, scriptedServer } from '../kubernetes/scripted-server.ts';
import { impatientClient } from './faulty-server.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

function faultsFile(t: TestContext, text: string): { folder: string; file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'sandtide-faults-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'faults.yaml');
  writeFileSync(file, text);
  return { folder, file };
}

/** A logger that keeps what it is told. */
function keeper() {
  const lines: { level: string; details: unknown; message: string }[] = [];
  const at = (level: string) => (details: unknown, message: string) =>
    void lines.push({ level, details, message });
  return { lines, logger: { info: at('info'), warn: at('warn') } as Parameters<typeof openWorkerFaults>[1] };
}

describe("a worker's faults", () => {
  test('without a file change nothing and leave no mark', async () => {
    const { lines, logger } = keeper();
    const faults = await openWorkerFaults(undefined, logger);
    const access = { kubeconfig: 'as it is' };
    assert.equal(faults.through(access), access);
    assert.deepEqual(faults.versions, {});
    await faults.close();
    assert.deepEqual(lines, []);
  });

  test('are announced, told one by one, summed up, and named in the versions of every report', async (t) => {
    const { file } = faultsFile(t, 'rules: [{ when: { times: 1 }, fault: { type: reset } }]\n');
    const server = await scriptedServer(t, (response) => json(response, configMap('x')));
    const { lines, logger } = keeper();
    const faults = await openWorkerFaults(file, logger);
    const kube = impatientClient(t, faults.through({ kubeconfig: server.kubeconfig }).kubeconfig);
    await kube.get(RESOURCES.ConfigMap, 'x', { namespace: 'default' });
    await faults.close();
    assert.match(faults.versions['faults'] ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.deepEqual(
      lines.map(({ level, message }) => `${level}: ${message.split(':')[0]}`),
      [
        'warn: NETWORK FAULTS ARE ON',
        'info: a fault of the faults file took place',
        'warn: what became of the faults',
      ],
    );
    const rule = 'reset on any verb any resource';
    assert.deepEqual(lines.at(-1)?.details, { faults: [{ rule, matched: 2, chosen: 1, happened: 1 }] });
  });

  test('from a bad file are an InvalidSpecError', async (t) => {
    const { file } = faultsFile(t, 'rules: []\n');
    await assert.rejects(openWorkerFaults(file, keeper().logger), InvalidSpecError);
  });
});

describe('a bad faults file', { concurrency: true }, () => {
  for (const [what, args, env] of [
    ['dev --faults', ['dev', '--faults', 'faults.yaml'], {}],
    ['worker --faults', ['worker', '--faults', 'faults.yaml'], {}],
    ['worker with SANDTIDE_FAULTS', ['worker'], { SANDTIDE_FAULTS: 'faults.yaml' }],
  ] as const) {
    test(`ends ${what} at once with its place and exit code 1, and nothing is started`, async (t) => {
      const { folder } = faultsFile(t, 'rules:\n  - fault: { type: rest }\n');
      const child = spawn(process.execPath, [CLI, ...args], {
        cwd: folder,
        // Nobody answers at that address: a worker that asked it first would say so.
        env: {
          ...process.env,
          XDG_STATE_HOME: join(folder, 'state'),
          TEMPORAL_ADDRESS: '127.0.0.1:1',
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
      child.stderr.on('data', (piece: Buffer) => (output += piece.toString()));
      const [code] = (await once(child, 'close')) as [number | null];
      assert.equal(code, 1, output);
      assert.match(
        output,
        /^sandtide: the faults file has 1 problem; nothing was created\n.*faults\.yaml:2:14 rules\[0\]\.fault\.type: "rest" is not known; did you mean reset\?/,
      );
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) =>
        one.isFile(),
      );
      assert.deepEqual(
        files.map(({ name }) => name),
        ['faults.yaml'],
      );
    });
  }
});
