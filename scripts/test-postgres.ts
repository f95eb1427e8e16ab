/**
 * The end-to-end test of what docker-compose.yml composes: PostgreSQL, Temporal's own server, a worker. Needs PostgreSQL's
 * programs, and Go and a network to build the server once; where one of them is missing it says so and ends well, because
 * a machine without them can still prove all the rest. It takes fifteen minutes at most, whatever happens, and leaves
 * nothing running.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  builtServer,
  buildServer,
  findPostgres,
  pinnedServer,
  serverFolder,
} from '../test/postgres/programs.ts';
import { processesMarked } from '../test/support/machine.ts';

const STARTED_MS = Date.now();
const MOST_MS = 14.5 * 60_000;
const BUILD_MS = Number(process.env['SANDTIDE_POSTGRES_BUILD_MS'] ?? 9 * 60_000);
/** Within the fifteen minutes, behind all else. */
const ENDING_MS = 20_000;
const PROJECT = join(import.meta.dirname, '..');

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort());

const missing = await whatIsMissing();
if (interrupted.signal.aborted) process.exitCode = 130;
else if (missing !== null)
  console.log(`NOT RUN: the end-to-end test on PostgreSQL. Missing here: ${missing}.`);
else process.exitCode = await test();

/** What this machine lacks; null where all is there, the server built. */
async function whatIsMissing(): Promise<string | null> {
  const postgres = findPostgres();
  const built = await builtServer();
  const hasGo = built !== null || spawnSync('go', ['version'], { timeout: 30_000 }).status === 0;
  const lacks = [
    ...(postgres === null
      ? ['PostgreSQL (initdb, postgres, pg_isready: on PATH or in /usr/lib/postgresql)']
      : []),
    ...(hasGo ? [] : [`Go, to build Temporal's server ${await pinnedServer()}`]),
  ];
  if (lacks.length > 0) return lacks.join('; ');
  console.log(`PostgreSQL in ${postgres}`);
  if (built !== null) return null;
  console.log(
    `building Temporal's server ${await pinnedServer()} into ${await serverFolder()}; minutes, once`,
  );
  return buildServer(AbortSignal.any([interrupted.signal, AbortSignal.timeout(BUILD_MS)]));
}

/** Runs it within the time that is left; its exit code. All that it starts has the folder's path in its environment. */
async function test(): Promise<number> {
  // PostgreSQL refuses to be root, and nobody has to pass the folder above its own.
  const folder = mkdtempSync(join(process.getuid?.() === 0 ? '/tmp' : tmpdir(), 'sandtide-pg-'));
  chmodSync(folder, 0o711);
  try {
    const child = spawn(
      process.execPath,
      ['--test', '--test-reporter=spec', join(PROJECT, 'test/postgres/production.ts')],
      {
        stdio: 'inherit',
        // Not of a run of node:test itself, in whose output its own would be lost.
        env: {
          ...process.env,
          NODE_TEST_CONTEXT: undefined,
          TMPDIR: folder,
          SANDTIDE_POSTGRES_FOLDER: folder,
        },
      },
    );
    const left = Math.max(1, STARTED_MS + MOST_MS - Date.now());
    const over = AbortSignal.any([interrupted.signal, AbortSignal.timeout(left)]);
    over.addEventListener('abort', () => child.kill('SIGKILL'));
    const [code] = (await once(child, 'exit')) as [number | null];
    if (over.aborted)
      console.error(interrupted.signal.aborted ? 'interrupted' : 'it did not end within its time');
    return code ?? (interrupted.signal.aborted ? 130 : 1);
  } finally {
    await endAll(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Those that a test that was cut off has left, until there are none: one may have started another in the meantime. */
async function endAll(folder: string): Promise<void> {
  const untilMs = Date.now() + ENDING_MS;
  for (let found = processesMarked(folder); found.length > 0; found = processesMarked(folder)) {
    if (Date.now() > untilMs) throw new Error(`these go on: ${found.map(({ pid }) => pid).join(', ')}`);
    for (const { pid } of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // gone in the meantime
      }
    }
    await sleep(100);
  }
}
