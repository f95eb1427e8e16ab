import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Work } from '../../src/domain/work.ts';
import { cachedPath } from '../../src/toolchain/tool-cache.ts';
import type { ProgramName } from '../../src/toolchain/programs.ts';
import type { Target } from '../../src/toolchain/pinned-downloads.ts';

export const TARGET: Target = 'linux-x64';

/** An empty folder that goes with the test. */
export async function testFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandtide-toolchain-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A shell script in the place of a program. */
export async function writeScript(path: string, body: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

/** Puts a script into the place where the cache keeps a program. */
export function writeCached(cacheFolder: string, name: ProgramName, body = 'exit 0'): Promise<string> {
  return writeScript(cachedPath(name, { cache: join(cacheFolder, 'tools'), target: TARGET }), body);
}

/** Work that keeps what it is told. */
export function recordingWork(
  signal: AbortSignal = new AbortController().signal,
): Work & { lines: string[] } {
  const lines: string[] = [];
  return { signal, lines, progress: (line) => lines.push(line) };
}

/**
 * A script that answers `go version` and, on `go install`, writes down its arguments and does `install`; by default
 * it leaves a program for every package that it is given.
 */
export async function writeFakeGo(
  folder: string,
  { version = 'go1.26.8', install = LEAVE_PROGRAMS } = {},
): Promise<string> {
  const calls = join(folder, 'go-calls');
  await writeScript(
    join(folder, 'bin', 'go'),
    `if [ "$1" = version ]; then echo "go version ${version} linux/amd64"; exit 0; fi
echo "$@" >> "${calls}"
${install}`,
  );
  return calls;
}

const LEAVE_PROGRAMS = `mkdir -p "$GOBIN"
for argument in "$@"; do
  case "$argument" in
    go.etcd.io/etcd/server/v3) name=server;;
    */cmd/*) name="\${argument##*/}";;
    *) continue;;
  esac
  printf '#!/bin/sh\\n' > "$GOBIN/$name"; chmod +x "$GOBIN/$name"
done`;

/** The lines of a file; none where it does not exist. */
export async function linesOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}
