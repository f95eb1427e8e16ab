import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { endFound, endProcesses, listProcesses } from '../../src/system/process-table.ts';

/** Tells that it runs, and goes on until it is ended; with `deaf` it does not hear SIGTERM. */
const RUNNING =
  'if (process.argv.includes("deaf")) process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)';

describe('the process table', () => {
  let folder: string;
  let children: ChildProcess[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandtide-table-'));
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  async function start(program: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout, 'data');
    return child;
  }
  const node = (...args: string[]) => start(process.execPath, ['-e', RUNNING, '--', ...args]);
  const isUp = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;
  const untilEnded = async (...ending: ChildProcess[]) => {
    for (const child of ending) if (isUp(child)) await once(child, 'exit');
  };

  it('shows a process with its arguments and its environment, and not ourselves', async () => {
    const child = await start(process.execPath, ['-e', RUNNING, '--', 'an argument'], { TIDE: 'high' });
    const all = await listProcesses();
    const found = all.find(({ pid }) => pid === child.pid);
    assert.equal(found?.args.join(' ').endsWith('an argument'), true);
    assert.match(found?.environment ?? '', /\bTIDE=high\b/);
    assert.ok(!all.some(({ pid }) => pid === process.pid));
  });

  it('ends what is found, also one that does not hear SIGTERM, and nothing else', async () => {
    const [soft, deaf, other] = [await node('mine'), await node('mine', 'deaf'), await node('other')];
    await endFound(async () =>
      (await listProcesses()).filter(({ args }) => args[2] === RUNNING && args[4] === 'mine'),
    );
    await untilEnded(soft, deaf);
    assert.deepEqual([soft.signalCode, deaf.signalCode], ['SIGTERM', 'SIGKILL']);
    assert.ok(isUp(other));
  });

  it('stops on abort, with its reason', async () => {
    const child = await node('mine', 'deaf');
    const reason = new Error('enough');
    await assert.rejects(
      endFound(
        async () => (await listProcesses()).filter(({ pid }) => pid === child.pid),
        AbortSignal.abort(reason),
      ),
      (error) => error === reason,
    );
  });

  it("ends a dead session's server and worker, and leaves an editor with its folder open", async () => {
    const [temporal, editor] = [join(folder, 'temporal'), join(folder, 'editor')];
    // Told apart by their names alone, as the system shows them.
    await symlink(process.execPath, temporal);
    await symlink(process.execPath, editor);
    const session = join(folder, 'embedded-0123456789');
    const server = await start(temporal, [
      '-e',
      RUNNING,
      '--',
      '--db-filename',
      join(session, 'temporal.db'),
    ]);
    const worker = await node('worker', '--session', 'embedded-0123456789');
    const another = await node('worker', '--session', 'embedded-9876543210');
    const open = await start(editor, ['-e', RUNNING, join(session, 'session.json')]);
    await endProcesses(session, 'embedded-0123456789');
    await untilEnded(server, worker);
    assert.ok(isUp(another) && isUp(open));
  });
});
