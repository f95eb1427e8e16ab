import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import proto from '@temporalio/proto';
import type { CellHome } from './cell-home.ts';
import { ISSUED_KEYS } from './faulty-provider.ts';

const { History } = proto.temporal.api.history.v1;

/** What is secret in a cell, gathered while its clusters live, and where it must never turn up. */
export class Canaries {
  readonly #home: CellHome;
  readonly #secrets = new Map<string, string>();
  readonly #commands = new Set<string>();
  readonly #timer: NodeJS.Timeout;

  constructor(home: CellHome) {
    this.#home = home;
    this.#timer = setInterval(() => this.#gather(), 700);
  }

  /** Kinds of secrets that were seen, so that "no hit" can't mean that there was nothing to hit. */
  get known(): number {
    return this.#secrets.size;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Each place in which a secret stands, as a sentence. */
  async hits(): Promise<string[]> {
    const found: string[] = [];
    const look = (where: string, text: Buffer | string) => {
      for (const [secret, name] of this.#secrets)
        if (text.includes(secret)) found.push(`${name} in ${where}`);
    };
    for await (const { workflowId, runId } of this.#home.client.workflow.list()) {
      const history = await this.#home.client.workflow.getHandle(workflowId, runId).fetchHistory();
      look(`the history of ${workflowId}`, Buffer.from(History.encode(history).finish()));
    }
    // Heartbeats, memos and what a reset left: all that Temporal keeps.
    for (const suffix of ['', '-wal']) {
      const file = `${this.#home.databaseFile}${suffix}`;
      if (existsSync(file)) look(`Temporal's database${suffix}`, readFileSync(file));
    }
    for (const worker of this.#home.workers) look('a worker log', worker.output());
    for (const [path, text] of filesUnder(join(this.#home.folder, 'runs'))) look(path, text);
    look('the arguments of a process', [...this.#commands].join('\n'));
    return found;
  }

  #gather(): void {
    const issued = readText(join(this.#home.folder, ISSUED_KEYS)).split(/(?=-----BEGIN)/);
    for (const pem of issued) for (const piece of piecesOf(pem)) this.#secrets.set(piece, 'an issued key');
    for (const { command } of this.#home.processes()) this.#commands.add(command);
    const clusters = join(this.#home.folder, 'state', 'sandtide', 'local');
    for (const cluster of namesIn(clusters)) {
      const keys = join(clusters, cluster, 'kwok', 'clusters', 'plane', 'pki');
      for (const name of namesIn(keys)) {
        const pem = readText(join(keys, name));
        for (const piece of piecesOf(pem)) this.#secrets.set(piece, name);
      }
    }
  }
}

/** A line from its middle, as in a PEM file, and the same as kubeconfigs carry it, in base64 once more. */
export function piecesOf(pem: string): string[] {
  const lines = pem.split('\n').filter((line) => /^[A-Za-z0-9+/=]{40,}$/.test(line));
  const middle = lines[Math.floor(lines.length / 2)];
  if (middle === undefined) return [];
  const encoded = Buffer.from(pem).toString('base64');
  const from = Math.floor(encoded.length / 2);
  return [middle, encoded.slice(from, from + 60)];
}

function* filesUnder(folder: string): Generator<[string, Buffer]> {
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* filesUnder(path);
    else yield [path, name.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path)];
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
