import { PassThrough } from 'node:stream';
import { Exec } from '@kubernetes/client-node';
import type { KubeConfig } from '@kubernetes/client-node';
import { apiError, deadlineError, networkError, readFailure } from './api-errors.ts';
import type { Asked } from './api-errors.ts';
import { abandonOnAbort, startDeadline } from './deadline.ts';
import { createCapture, exitCodeOf } from './exec-output.ts';
import type { CallOptions, ExecResult } from './kube-client.ts';
import { RESOURCES } from './resources.ts';
import { describeObject, objectPath } from './object-path.ts';

/** The part of a `ws` socket that is used here. */
interface Socket {
  readyState: number;
  terminate(): void;
  on(event: 'close' | 'error', listener: (...details: unknown[]) => void): void;
}

/** Channels of the server's streaming protocol. */
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;

const CLOSING = 2;
const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Runs a command in a container without a shell and waits for its end. Each of stdout and stderr is kept up to
 * 64 KiB. A command's own failure is an exit code, not an error. Never repeated: a command may have had effects.
 * The connection is its own: an upgraded one can't be shared.
 */
export async function execInPod(
  config: KubeConfig,
  pod: { namespace: string; name: string; container?: string },
  command: string[],
  options: CallOptions,
): Promise<ExecResult> {
  const asked: Asked = { verb: 'exec', object: describeObject(RESOURCES.Pod, pod.name, pod.namespace) };
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const deadline = startDeadline(timeoutMs, options.signal);
  try {
    return await abandonOnAbort(
      converse(config, execPath(pod, command), asked, deadline.signal),
      deadline.signal,
    );
  } catch (error) {
    options.signal?.throwIfAborted();
    if (deadline.expired()) throw deadlineError(asked, timeoutMs);
    throw error;
  } finally {
    deadline.release();
  }
}

function execPath(pod: { namespace: string; name: string; container?: string }, command: string[]): string {
  const parameters = new URLSearchParams({ stdout: 'true', stderr: 'true' });
  if (pod.container !== undefined) parameters.set('container', pod.container);
  for (const word of command) parameters.append('command', word);
  return `${objectPath(RESOURCES.Pod, pod.name, pod.namespace)}/exec?${parameters.toString()}`;
}

async function converse(
  config: KubeConfig,
  path: string,
  asked: Asked,
  signal: AbortSignal,
): Promise<ExecResult> {
  const stdout = createCapture();
  const stderr = createCapture();
  const ended = Promise.withResolvers<string>();
  ended.promise.catch(() => {});
  const { handler } = new Exec(abortable(config, signal));
  // Where the server asks for it the handler closes a stream, by default one of this process.
  Object.assign(handler, { streams: idleStreams() });
  const socket = await handler
    .connect(path, null, (channel, bytes) => {
      if (channel === STDOUT) stdout.add(bytes);
      else if (channel === STDERR) stderr.add(bytes);
      else if (channel === STATUS && bytes.length > 0) {
        ended.resolve(bytes.toString('utf8'));
        return false;
      }
      return true;
    })
    .then(
      (opened: unknown) => opened as Socket,
      (error: unknown) => {
        throw refusedUpgrade(asked, error);
      },
    );
  const cutOff = (): void =>
    ended.reject(networkError(asked, new Error('the connection ended before the command did'), 1));
  const abort = (): void => socket.terminate();
  socket.on('close', cutOff);
  socket.on('error', cutOff);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  if (socket.readyState >= CLOSING) cutOff();
  try {
    const exitCode = exitCodeOf(asked, await ended.promise);
    return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The kubeconfig with an abort signal for the handshake, which a server that hangs would else hold open for ever. */
function abortable(config: KubeConfig, signal: AbortSignal): KubeConfig {
  const own = Object.create(config) as KubeConfig;
  own.applyToHTTPSOptions = async (options) => {
    await config.applyToHTTPSOptions(options);
    Object.assign(options, { signal });
  };
  return own;
}

function idleStreams(): { stdin: PassThrough; stdout: PassThrough; stderr: PassThrough } {
  return { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
}

/** The answer to a refused upgrade reaches us as a line that ends in its HTTP status. */
function refusedUpgrade(asked: Asked, error: unknown): Error {
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
  const status = /Unexpected server response: (\d{3})/.exec(message)?.[1];
  if (status === undefined) return networkError(asked, new Error(message), 1);
  const failure = readFailure(Number(status), 'the API server refused the connection to the container');
  return apiError(asked, failure, { attempts: 1, retryAfterMs: 1_000 });
}
