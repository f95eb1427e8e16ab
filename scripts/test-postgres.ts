/**
 * The end-to-end test of what docker-compose.yml composes: PostgreSQL, Temporal's own server, a worker. Needs PostgreSQL's
 * programs, and Go to build the server once; where one of them is missing it says so and ends well, because a machine
 * without them can still prove all the rest.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  builtServer,
  buildServer,
  findPostgres,
  pinnedServer,
  serverFolder,
} from '../test/postgres/programs.ts';

const BUILD_MS = 20 * 60_000;
const TEST_MS = 35 * 60_000;
const PROJECT = join(import.meta.dirname, '..');

const missing: string[] = [];
const postgres = findPostgres();
if (postgres === null)
  missing.push('PostgreSQL (initdb, postgres, pg_isready: on PATH or in /usr/lib/postgresql)');
if ((await builtServer()) === null && spawnSync('go', ['version']).status !== 0)
  missing.push(`Go, to build Temporal's server ${await pinnedServer()}`);

if (missing.length > 0) {
  console.log(`NOT RUN: the end-to-end test on PostgreSQL. Missing here: ${missing.join('; ')}.`);
} else {
  console.log(`PostgreSQL in ${postgres}`);
  if ((await builtServer()) === null) {
    console.log(
      `building Temporal's server ${await pinnedServer()} into ${await serverFolder()}; minutes, once`,
    );
    await buildServer(AbortSignal.timeout(BUILD_MS));
  }
  const test = join(PROJECT, 'test/postgres/production.ts');
  const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', test], {
    stdio: 'inherit',
    timeout: TEST_MS,
    // Not of a run of node:test itself, in whose output its own would be lost.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  });
  process.exitCode = status ?? 1;
}
