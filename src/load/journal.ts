import { appendFileSync, createReadStream, existsSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import { UnavailableError } from '../domain/errors.ts';
import type { ClaimTimeline } from '../measure/window-result.ts';
import { gunzipped } from '../system/gunzipped.ts';

/** Each attempt at the window begins with one. */
export interface JournalStart {
  /** Which activity it is an attempt of. The runs of a name, and the lives of a run, share the file's name. */
  activity: string;
  windowIndex: number;
  attempt: number;
  startedAtMs: number;
}

/** One line. A claim's end is written before its delete, so its release needs a line of its own. */
export type JournalLine =
  { start: JournalStart } | { ended: ClaimTimeline } | { released: { index: number; atMs: number } };

export function journalPath(folder: string, windowIndex: number): string {
  return join(folder, 'journal', `window-${windowIndex}.jsonl`);
}

/** The window's record of ended claims: JSON lines, appended and handed to the operating system before a claim's delete. */
export class WindowJournal {
  readonly path: string;
  readonly #file: FileHandle;
  #lines: string[] = [];
  #batch: Promise<void> | null = null;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** Opens for appending; a torn last line of a driver that died is ended, so that it spoils no other. */
  static async open(folder: string, windowIndex: number): Promise<WindowJournal> {
    const path = journalPath(folder, windowIndex);
    return told(path, async () => {
      await mkdir(join(folder, 'journal'), { recursive: true });
      const file = await open(path, 'a+');
      const { size } = await file.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      if (size > 0 && last.toString() !== '\n') await file.appendFile('\n');
      return new WindowJournal(path, file);
    });
  }

  /**
   * Resolves when the line is with the operating system. Lines of one turn of the event loop share a write. It is
   * synchronous, into the system's cache: that takes 3 us where the way over the thread pool takes 20 us of CPU, and
   * threads that wake up on the driver's own core.
   */
  append(line: JournalLine): Promise<void> {
    this.#lines.push(`${JSON.stringify(line)}\n`);
    this.#batch ??= endOfTurn().then(async () => this.#flush());
    return this.#batch;
  }

  async close(): Promise<void> {
    await this.#batch?.catch(() => undefined);
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    const text = this.#lines.join('');
    this.#lines = [];
    this.#batch = null;
    await told(this.path, async () => appendFileSync(this.#file.fd, text));
  }
}

/** Every readable line in order; a torn one is passed over. Nothing where there is no journal. */
export async function* journalLines(path: string): AsyncGenerator<JournalLine> {
  try {
    // Compressed where the window is over, in a long load.
    const input = existsSync(path) ? createReadStream(path) : gunzipped(`${path}.gz`);
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const line = parsed(text);
      if (line !== null) yield line;
    }
  } catch (error) {
    if (!isAbsent(error)) throw unreadable(path, error);
  }
}

/** Puts away what an earlier life of the run left under this name, where it is still found by people. */
export async function setJournalAside(path: string, atMs: number): Promise<void> {
  try {
    await rename(path, path.replace(/\.jsonl$/, `.before-${Math.round(atMs)}.jsonl`));
  } catch (error) {
    if (!isAbsent(error)) throw unreadable(path, error);
  }
}

function parsed(text: string): JournalLine | null {
  try {
    const line = JSON.parse(text) as unknown;
    return typeof line === 'object' && line !== null ? (line as JournalLine) : null;
  } catch {
    return null;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function told<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): UnavailableError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new UnavailableError({
    object: `journal ${path}`,
    what: `cannot be read or written (${detail})`,
    next: 'check free space and rights of the report folder',
    cause,
  });
}
