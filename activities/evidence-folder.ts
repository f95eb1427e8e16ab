import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CollectedEvidence, EvidenceSource } from '../src/domain/evidence.ts';
import { replaceFile } from '../src/system/replace-file.ts';
import { evidenceText } from './evidence-text.ts';
import { scrub } from './scrub.ts';

/** The result crosses Temporal and stays in history. */
const MOST_PROBLEMS = 30;
const MOST_PROBLEM_CHARACTERS = 300;
/** A provider may know of many programs. */
const MOST_FILES = 40;

const CONTENTS = 'contents.txt';

interface Written {
  name: string;
  bytes: number;
  about: string;
}

/** The folder of one run's evidence: every text is written as it comes, and nothing that goes wrong is thrown. */
export class EvidenceFolder {
  readonly #folder: string;
  readonly #files: Written[] = [];
  readonly #problems: string[] = [];
  #begun = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get size(): number {
    return this.#files.length;
  }

  /** `anew`: what an earlier run of that name has left in the folder goes. It is private: texts are scrubbed by look alone. */
  async open(anew: boolean): Promise<void> {
    try {
      if (anew) await rm(this.#folder, { recursive: true, force: true });
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      this.problem('the folder', error);
    }
  }

  async add({ name, about, keep }: EvidenceSource, text: string): Promise<void> {
    if (this.#begun >= MOST_FILES) {
      this.problem(name, `there are ${MOST_FILES} files already`);
      return;
    }
    this.#begun += 1;
    await this.#write({ name: basename(name), about }, evidenceText(text, keep));
  }

  /** Says what could not be had. */
  problem(what: string, error: unknown): void {
    const why = scrub(error instanceof Error ? error.message : String(error))
      .replace(/\s+/g, ' ')
      .trim();
    this.#problems.push(`${what}: ${why.slice(0, MOST_PROBLEM_CHARACTERS)}`);
  }

  /** Writes what is in the folder, under this title, and says it. */
  async close(title: string, host: string): Promise<CollectedEvidence> {
    await this.#write({ name: CONTENTS, about: 'this list' }, this.#contents(title));
    const files = this.#files.map(({ name, bytes }) => ({ name, bytes }));
    const more = this.#problems.length - MOST_PROBLEMS;
    return {
      host: files.length === 0 ? null : host,
      folder: files.length === 0 ? null : this.#folder,
      files: files.toSorted((one, other) => one.name.localeCompare(other.name)),
      problems: [
        ...this.#problems.slice(0, MOST_PROBLEMS),
        ...(more > 0 ? [`and ${more} more problems`] : []),
      ],
    };
  }

  #contents(title: string): string {
    const files = this.#files.map(({ name, bytes, about }) => `${name} (${bytes} bytes): ${about}\n`);
    const missing = this.#problems.map((problem) => `- ${problem}\n`);
    return [
      `${title}\n\n`,
      ...files.toSorted(),
      ...(missing.length === 0 ? [] : ['\nNot to be had:\n', ...missing]),
    ].join('');
  }

  async #write({ name, about }: Omit<Written, 'bytes'>, text: string): Promise<void> {
    try {
      await replaceFile(join(this.#folder, name), text, 0o600);
      this.#files.push({ name, bytes: Buffer.byteLength(text), about });
    } catch (error) {
      this.problem(name, error);
    }
  }
}
