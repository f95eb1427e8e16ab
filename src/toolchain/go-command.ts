import { execa } from 'execa';
import { UnavailableError, UnworkableError } from '../domain/errors.ts';
import { executablesOnPath, type MissingProgram } from './look-up.ts';

/** The oldest Go that our go.mod files take. */
const OLDEST_GO = { major: 1, minor: 26 } as const;

/** How long Go has to end by itself after an interrupt; it then removes its own temporary files. */
const INTERRUPT_GRACE_MS = 2_000;
/** Of what Go printed, this much tells what went wrong. */
const LAST_LINES = 12;

/** Which Go was found, or null where none is. */
async function goVersion(go: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const result = await execa(go, ['version'], {
    env: { ...env, GOTOOLCHAIN: 'local' },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: 10_000,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  return /\bgo\d+\.\d+\S*/.exec(result.stdout)?.[0] ?? 'a Go that tells no version';
}

/** Whether `go1.26.8` is new enough. */
export function goSuffices(version: string): boolean {
  const match = /^go(\d+)\.(\d+)/.exec(version);
  if (match === null) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > OLDEST_GO.major || (major === OLDEST_GO.major && minor >= OLDEST_GO.minor);
}

/**
 * The path of a Go that can build; asked before the first build starts.
 * @throws UnworkableError that says for which programs it is needed, what was tried for each, and what to install
 */
export async function requireGo(
  env: NodeJS.ProcessEnv,
  missing: readonly MissingProgram[],
  signal: AbortSignal,
): Promise<string> {
  const needed = `Go ${OLDEST_GO.major}.${OLDEST_GO.minor}`;
  const [go] = await executablesOnPath('go', env);
  const version = go === undefined ? null : await goVersion(go, env, signal);
  if (go !== undefined && version !== null && goSuffices(version)) return go;
  const lists = missing.map(
    ({ name, version, tried }) => `  ${name} ${version}\n${tried.map((line) => `    ${line}`).join('\n')}`,
  );
  throw new UnworkableError({
    object: missing.map(({ name }) => name).join(', '),
    what:
      `not on this machine, and to build ${missing.length === 1 ? 'it' : 'them'} ${needed} or newer is needed: ` +
      `${version === null ? 'there is no go on PATH' : `${go} is ${version}`}\n${lists.join('\n')}\n`,
    next: `install ${needed} or newer and put it on PATH, or name programs that you have by the variables above`,
  });
}

export interface GoCall {
  go: string;
  arguments: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** What an error is about: `etcd v3.6.6`. */
  object: string;
}

/**
 * Runs Go as the head of a process group of its own, so that an abort ends its compilers too.
 * @returns what it printed
 * @throws UnavailableError where modules could not be fetched, UnworkableError else; both with Go's own last lines
 */
export async function runGo(call: GoCall, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const running = execa(call.go, call.arguments, {
    cwd: call.cwd,
    env: call.env,
    extendEnv: false,
    detached: true,
    stdin: 'ignore',
    reject: false,
  });
  const kill = (name: NodeJS.Signals) => killGroup(running.pid, name);
  // A group of its own does not end with us.
  const onExit = () => kill('SIGKILL');
  let late: NodeJS.Timeout | undefined;
  const onAbort = () => {
    kill('SIGINT');
    late = setTimeout(() => kill('SIGKILL'), INTERRUPT_GRACE_MS);
  };
  process.once('exit', onExit);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const result = await running;
    signal.throwIfAborted();
    if (!result.failed) return result.stdout;
    throw failure(
      call,
      result.stderr.trim() === '' ? `${result.stdout}\n${result.shortMessage ?? ''}` : result.stderr,
    );
  } finally {
    clearTimeout(late);
    process.off('exit', onExit);
    signal.removeEventListener('abort', onAbort);
    // Go itself is gone; of an aborted group nothing may stay behind.
    if (signal.aborted) kill('SIGKILL');
  }
}

function killGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // The group has ended.
  }
}

function failure({ object, arguments: args }: GoCall, printed: string): Error {
  const lines = printed.trim().split('\n').slice(-LAST_LINES);
  const what = `go ${args[0] ?? ''} failed\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
  if (isOutOfReach(printed)) {
    const next = 'see that the Go module proxy can be reached (GOPROXY, HTTPS_PROXY), then try again';
    return new UnavailableError({ object, what, next });
  }
  return new UnworkableError({
    object,
    what,
    next: 'see the lines above; a variable can name a program that you have',
  });
}

/** Whether Go's words are about a network or a proxy rather than about code. */
export function isOutOfReach(printed: string): boolean {
  return /dial tcp|i\/o timeout|no such host|connection re(?:fused|set)|TLS handshake|proxyconnect|: 5\d\d |module lookup disabled/i.test(
    printed,
  );
}
