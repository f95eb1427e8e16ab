import { existsSync, readdirSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';

const MODULE = join(import.meta.dirname, 'server');
const DEBIANS = '/usr/lib/postgresql';

/** Temporal's own server, as its image has it, with the tool and the schema that its database needs. */
export interface TemporalServer {
  version: string;
  server: string;
  sqlTool: string;
  /** Holds `postgresql/v12/temporal/versioned` and its sister. */
  schema: string;
}

/** The folder with initdb and postgres: on PATH, or where Debian keeps them, the newest first. Null where there is none. */
export function findPostgres(): string | null {
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  const debians = existsSync(DEBIANS) ? readdirSync(DEBIANS).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...onPath, ...debians.map((version) => join(DEBIANS, version, 'bin'))];
  const needed = ['initdb', 'postgres', 'pg_isready'];
  return folders.find((folder) => needed.every((name) => existsSync(join(folder, name)))) ?? null;
}

/** The version of Temporal's server that go.mod pins. */
export async function pinnedServer(): Promise<string> {
  const module = await readFile(join(MODULE, 'go.mod'), 'utf8');
  const version = /\bgo\.temporal\.io\/server (v\S+)/.exec(module)?.[1];
  if (version === undefined) throw new Error('test/postgres/server/go.mod names no server');
  return version;
}

/** Where a built server is kept between runs, by version. */
export async function serverFolder(): Promise<string> {
  const caches = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(caches, 'sandtide/tests/temporal-server', await pinnedServer());
}

/** The built server; null where it has not been built on this machine. */
export async function builtServer(): Promise<TemporalServer | null> {
  const folder = await serverFolder();
  const found = {
    version: await pinnedServer(),
    server: join(folder, 'server'),
    sqlTool: join(folder, 'temporal-sql-tool'),
    schema: join(folder, 'schema'),
  };
  return [found.server, found.sqlTool, found.schema].every((path) => existsSync(path)) ? found : null;
}

/**
 * Builds it with Go from the module that go.mod and go.sum pin: minutes on a small machine. Null once it is built, else
 * what this machine lacks for it: modules that can't be had (no network, a Go too old), or the time until `signal` is
 * aborted. What Go has compiled by then is in its cache, and the next build goes on from there.
 */
export async function buildServer(signal: AbortSignal): Promise<string | null> {
  const folder = await serverFolder();
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}.`);
  const go = (...args: string[]) => callGo(args, work, signal);
  const programs = ['go.temporal.io/server/cmd/server', 'go.temporal.io/server/cmd/tools/sql'];
  try {
    for (const file of ['go.mod', 'go.sum']) await copyFile(join(MODULE, file), join(work, file));
    const found = await go('list', '-mod=readonly', '-deps', ...programs);
    if (signal.aborted) return OUT_OF_TIME;
    if (found.exitCode !== 0) return `the modules of Temporal's server (${lastLine(found.stderr)})`;
    const flags = ['-mod=readonly', '-buildvcs=false', '-ldflags', '-s -w'];
    const built = await go('install', ...flags, ...programs);
    if (signal.aborted) return OUT_OF_TIME;
    if (built.exitCode !== 0) throw new Error(`Temporal's server does not build: ${built.stderr}`);
    await rename(join(work, 'sql'), join(work, 'temporal-sql-tool'));
    const { stdout } = await go('list', '-m', '-f', '{{.Dir}}', 'go.temporal.io/server');
    if (signal.aborted) return OUT_OF_TIME;
    await cp(join(stdout.trim(), 'schema'), join(work, 'schema'), { recursive: true });
    await rm(folder, { recursive: true, force: true }); // one that lacks a file was cut off
    await rename(work, folder);
    return null;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const OUT_OF_TIME = "time to build Temporal's server (the next build goes on where this one was stopped)";

/** In a process group of its own: Go's compilers don't end with it, and nothing may go on when the time is over. */
async function callGo(args: string[], folder: string, signal: AbortSignal) {
  const env = { CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off', GOBIN: folder };
  const call = execa('go', args, { cwd: folder, env, detached: true, stdin: 'ignore', reject: false });
  const stop = () => {
    try {
      if (call.pid !== undefined) process.kill(-call.pid, 'SIGKILL');
    } catch {
      // it has ended in the meantime
    }
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    const { exitCode, stdout, stderr } = await call;
    return { exitCode, stdout, stderr };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const lastLine = (text: string) => text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
