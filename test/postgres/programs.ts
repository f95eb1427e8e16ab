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

/** Builds it with Go from the module that go.mod and go.sum pin. Minutes on a small machine. */
export async function buildServer(signal: AbortSignal): Promise<void> {
  const folder = await serverFolder();
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}.`);
  try {
    for (const file of ['go.mod', 'go.sum']) await copyFile(join(MODULE, file), join(work, file));
    const env = { CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off', GOBIN: work };
    const go = (...args: string[]) => execa('go', args, { cwd: work, env, cancelSignal: signal });
    const flags = ['-mod=readonly', '-buildvcs=false', '-ldflags', '-s -w'];
    await go('install', ...flags, 'go.temporal.io/server/cmd/server', 'go.temporal.io/server/cmd/tools/sql');
    await rename(join(work, 'sql'), join(work, 'temporal-sql-tool'));
    const { stdout } = await go('list', '-m', '-f', '{{.Dir}}', 'go.temporal.io/server');
    await cp(join(stdout.trim(), 'schema'), join(work, 'schema'), { recursive: true });
    await rename(work, folder);
  } finally {
    // A module's files are read-only, and their copies with them.
    await rm(work, { recursive: true, force: true });
  }
}
