import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { UnworkableError } from '../domain/errors.ts';

/** How long a site has to answer. Sites that are out of reach are normal, and nobody should wait for them. */
const ANSWER_TIMEOUT_MS = 3_000;
/** Between two pieces of a file. */
const PIECE_TIMEOUT_MS = 15_000;

/** A file to get and the digest it must have. */
export interface Download {
  url: string;
  sha256: string;
  /** The one member of the tar.gz to take out; null where the file is the program itself. */
  member: string | null;
  /** An empty folder to work in. */
  folder: string;
}

export type DownloadOutcome =
  | { file: string }
  /** Nothing was got, which is no error: `siteLost` where asking the same site again is a waste of time. */
  | { notGot: string; siteLost: boolean };

/**
 * Gets a file, compares its digest, and takes the program out of it.
 * @throws UnworkableError where the digest is another than the pinned one, naming both.
 */
export async function download(
  { url, sha256, member, folder }: Download,
  signal: AbortSignal,
  onBytes: (got: number, total: number | null) => void,
): Promise<DownloadOutcome> {
  const file = join(folder, 'downloaded');
  const got = await receive(url, file, signal, onBytes);
  if ('notGot' in got) return got;
  if (got.sha256 !== sha256) {
    throw new UnworkableError({
      object: url,
      what: `its SHA-256 is ${got.sha256} and the pinned one is ${sha256}; nothing was installed`,
      next: 'do not use that file; set SANDTIDE_OFFLINE=1 to build from source instead, and tell the site',
    });
  }
  return member === null ? { file } : extract(file, member, folder, signal);
}

async function receive(
  url: string,
  file: string,
  signal: AbortSignal,
  onBytes: (got: number, total: number | null) => void,
): Promise<{ sha256: string } | { notGot: string; siteLost: boolean }> {
  const agent = new EnvHttpProxyAgent({
    connect: { timeout: ANSWER_TIMEOUT_MS },
    bodyTimeout: PIECE_TIMEOUT_MS,
  });
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error('no answer in 3s')), ANSWER_TIMEOUT_MS);
  try {
    const response = await fetch(url, { dispatcher: agent, signal: AbortSignal.any([signal, late.signal]) });
    clearTimeout(timer);
    if (!response.ok || response.body === null) return { notGot: `HTTP ${response.status}`, siteLost: false };
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    const hash = createHash('sha256');
    let got = 0;
    const measured = new Transform({
      transform(piece: Buffer, _encoding, next) {
        hash.update(piece);
        got += piece.length;
        onBytes(got, Number.isFinite(length) ? length : null);
        next(null, piece);
      },
    });
    const body = Readable.fromWeb(response.body);
    await pipeline(body, measured, createWriteStream(file), { signal });
    return { sha256: hash.digest('hex') };
  } catch (error) {
    signal.throwIfAborted();
    // A full or read-only disk is not the site's fault.
    if (isFileError(error)) throw error;
    return { notGot: reasonOf(error), siteLost: true };
  } finally {
    clearTimeout(timer);
    await agent.destroy();
  }
}

function isFileError(error: unknown): boolean {
  return (
    error instanceof Error && 'syscall' in error && ['open', 'write', 'close'].includes(String(error.syscall))
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as (Error & { code?: string }) | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}

/** By the `tar` that every Linux and macOS has: one archive member is not worth a library. */
async function extract(
  file: string,
  member: string,
  folder: string,
  signal: AbortSignal,
): Promise<DownloadOutcome> {
  const result = await execa('tar', ['-xzf', file, '-C', folder, '--', member], {
    stdin: 'ignore',
    reject: false,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  if (!result.failed) return { file: join(folder, member) };
  return { notGot: `tar: ${result.stderr || result.shortMessage}`, siteLost: false };
}
