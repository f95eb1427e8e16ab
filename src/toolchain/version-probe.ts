import { pinnedProgram, readPrintedVersion } from './pinned-programs.ts';
import type { ProgramName } from './programs.ts';

/** What came of asking a program for its version. */
export type Probe =
  | { outcome: 'told'; version: string }
  /** It ran, and printed nothing that we can read. */
  | { outcome: 'silent' }
  /** It did not end in time, which a busy machine can do to a good program. */
  | { outcome: 'timed-out' }
  | { outcome: 'unrunnable'; why: string };

/** A program that is asked for its version answers in a tenth of a second. */
const PROBE_TIMEOUT_MS = 5_000;

/** Runs the program's own version flag. Throws the signal's reason on abort. */
export async function askVersion(
  name: ProgramName,
  path: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Probe> {
  // Loaded here, because a warm look-up starts no program and should not wait for this.
  const { execa } = await import('execa');
  const result = await execa(path, pinnedProgram(name).versionArguments, {
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: PROBE_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    cancelSignal: signal,
    maxBuffer: 64 * 1024,
  });
  signal.throwIfAborted();
  if (result.timedOut) return { outcome: 'timed-out' };
  const version = readPrintedVersion(name, result.stdout);
  if (version !== null) return { outcome: 'told', version };
  // Without an exit code and a signal the program was never started.
  if (result.failed && result.exitCode === undefined && result.signal === undefined) {
    return { outcome: 'unrunnable', why: result.code ?? result.shortMessage ?? 'it does not start' };
  }
  return { outcome: 'silent' };
}
