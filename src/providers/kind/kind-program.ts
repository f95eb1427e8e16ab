import { execa } from 'execa';
import { UnavailableError, UnworkableError } from '../../domain/errors.ts';
import type { Work } from '../../domain/work.ts';

/** Another program than the `kind` on PATH. */
const KIND = 'SANDTIDE_KIND';

/** The first kind whose own node image is Kubernetes 1.29, which agent-sandbox needs. */
const LEAST = [0, 21, 0] as const;

/** Everything but a create asks the container runtime a question or two. */
const ASK_MS = 60_000;

/** How a call of kind ended. */
interface Ended {
  exitCode: number | undefined;
  stdout: string;
  /** What it said last on standard error. */
  lastLine: string;
}

/** The program, as one process of ours starts it; never by a shell. */
export interface KindProgram {
  /** The version, `v0.30.0`. Throws `UnworkableError` where there is no kind, or one that is too old. */
  version(work: Work): Promise<string>;
  /** Null where there is no such program on this machine. */
  clustersIfAny(work: Work): Promise<string[] | null>;
  clusters(work: Work): Promise<string[]>;
  create(name: string, files: { config: string; kubeconfig: string }, work: Work): Promise<void>;
  /** Of one that is not there is success. */
  delete(name: string, kubeconfig: string, work: Work): Promise<void>;
  kubeconfig(name: string, work: Work): Promise<string>;
}

export interface KindProgramOptions {
  env?: NodeJS.ProcessEnv;
  /** Of a whole create, and of every other call. */
  createTimeoutMs?: number;
  askTimeoutMs?: number;
}

/** Images are pulled and nodes started: some minutes on a slow line. */
const CREATE_MS = 15 * 60_000;
/** kind's own wait for the nodes to be ready, within that. */
const WAIT = '5m';

export function kindProgram(options: KindProgramOptions = {}): KindProgram {
  const { env = process.env, createTimeoutMs = CREATE_MS, askTimeoutMs = ASK_MS } = options;
  const path = env[KIND] ?? 'kind';

  async function run(args: readonly string[], work: Work, timeoutMs = askTimeoutMs): Promise<Ended> {
    const result = await execa(path, args, {
      // Neither the user's own kubeconfig nor another cluster's name is meant.
      env: { ...env, KUBECONFIG: undefined, KIND_CLUSTER_NAME: undefined },
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
      timeout: timeoutMs,
      cancelSignal: work.signal,
      forceKillAfterDelay: 2_000,
      maxBuffer: 4 * 1024 * 1024,
    });
    work.signal.throwIfAborted();
    if (result.timedOut) throw hanging(args, timeoutMs);
    if (result.exitCode === undefined && result.signal === undefined) {
      if (result.code === 'ENOENT' || result.code === 'EACCES') throw new NoKindError(path);
      throw failed(args, result.shortMessage ?? 'it could not be started');
    }
    return { exitCode: result.exitCode, stdout: result.stdout, lastLine: lastWords(result.stderr) };
  }

  async function succeed(args: readonly string[], work: Work, timeoutMs?: number): Promise<string> {
    const ended = await run(args, work, timeoutMs);
    if (ended.exitCode === 0) return ended.stdout;
    throw failed(args, `exit code ${ended.exitCode ?? 'none'}: ${ended.lastLine}`);
  }

  const clusters = async (work: Work) =>
    (await succeed(['get', 'clusters'], work)).split('\n').filter((line) => line.trim() !== '');

  return {
    async version(work) {
      const text = await succeed(['version'], work);
      const found = /^kind v?(\d+)\.(\d+)\.(\d+)/.exec(text);
      if (found === null)
        throw unfit(path, `it is no kind: its version reads ${JSON.stringify(text.slice(0, 80))}`);
      const parts = found.slice(1).map(Number);
      const version = `v${parts.join('.')}`;
      if (compare(parts, LEAST) < 0)
        throw unfit(path, `it is ${version}, and v${LEAST.join('.')} or later is needed`);
      return version;
    },
    clusters,
    clustersIfAny: (work) =>
      clusters(work).catch((error: unknown) => {
        if (error instanceof NoKindError) return null;
        throw error;
      }),
    async create(name, { config, kubeconfig }, work) {
      const args = ['create', 'cluster', '--name', name, '--config', config, '--kubeconfig', kubeconfig];
      await succeed([...args, '--wait', WAIT], work, createTimeoutMs);
    },
    async delete(name, kubeconfig, work) {
      await succeed(['delete', 'cluster', '--name', name, '--kubeconfig', kubeconfig], work);
    },
    kubeconfig: (name, work) => succeed(['get', 'kubeconfig', '--name', name], work),
  };
}

class NoKindError extends UnworkableError {
  constructor(path: string) {
    super({
      object: path,
      what: 'there is no such program on this machine',
      next: `install kind v${LEAST.join('.')} or later, or say where it is in ${KIND}`,
    });
  }
}

function unfit(path: string, what: string): UnworkableError {
  return new UnworkableError({ object: path, what, next: `install another kind, or name one in ${KIND}` });
}

function hanging(args: readonly string[], timeoutMs: number): UnavailableError {
  return new UnavailableError({
    object: `kind ${args.slice(0, 2).join(' ')}`,
    what: `it did not end within ${timeoutMs / 1000} s and was stopped`,
    next: 'see whether the container runtime answers (`docker ps`)',
  });
}

function failed(args: readonly string[], why: string): UnavailableError {
  return new UnavailableError({
    object: `kind ${args.slice(0, 2).join(' ')}`,
    what: why,
    next: 'see whether the container runtime answers (`docker ps`) and has room',
  });
}

/** kind's error, cut to a readable length; what it prints after it is the output of a program that it ran. */
function lastWords(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const told = lines.find((line) => line.startsWith('ERROR:')) ?? lines.at(-1) ?? 'it said nothing';
  return told.replace(/^ERROR:\s*/, '').slice(0, 500);
}

function compare(found: readonly number[], least: readonly number[]): number {
  const at = least.findIndex((part, index) => part !== found[index]);
  return at === -1 ? 0 : (found[at] ?? 0) - (least[at] ?? 0);
}
