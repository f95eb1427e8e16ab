import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { piecesOf } from '../matrix/canaries.ts';
import type { OwnHome } from './own-home.ts';

/** What a run keeps secret, gathered while its cluster lives, and where it turned up meanwhile. */
export class WatchedSecrets {
  readonly secrets = new Map<string, string>();
  readonly hits = new Set<string>();
  /** Temporal's database as it was last seen: it goes with the session. */
  database: Buffer = Buffer.alloc(0);
  readonly #home: OwnHome;

  constructor(home: OwnHome) {
    this.#home = home;
  }

  look(): void {
    for (const file of this.#files('state/sandtide/local/*/kwok/clusters/plane/pki/*'))
      for (const piece of piecesOf(read(file).toString())) this.secrets.set(piece, file);
    for (const file of this.#files('state/sandtide/local/*/exec-gate.json')) {
      const pass = /"pass":"(\w{40,})"/.exec(read(file).toString())?.[1];
      if (pass !== undefined) this.secrets.set(pass, file);
    }
    for (const { command } of this.#home.processes()) this.#find(Buffer.from(command), 'a process argument');
    // The histories of the run, of its guard and of the sweep, and heartbeats.
    const database = Buffer.concat(this.#files('state/sandtide/sessions/*/*.db{,-wal}').map(read));
    if (database.length > 0) this.database = database;
    this.#find(this.database, "Temporal's database");
  }

  /** All that is left of the run. */
  lookBack(output: string): void {
    this.#find(Buffer.from(output), 'the output');
    for (const file of this.#files('runs/**/*'))
      this.#find(file.endsWith('.gz') ? gunzipSync(read(file)) : read(file), file);
  }

  #files(pattern: string): string[] {
    return globSync(join(this.#home.folder, pattern)).filter(
      (path) => existsSync(path) && statSync(path).isFile(),
    );
  }

  #find(text: Buffer, where: string): void {
    for (const [secret, name] of this.secrets)
      if (text.includes(secret)) this.hits.add(`${relative(this.#home.folder, name)} in ${where}`);
  }

  /** Secrets were known while the run went on, and stand in nothing that was there to look at. */
  assertKept(runName: string): void {
    const files = new Set([...this.secrets.values()].map((file) => file.split('/').at(-1)));
    for (const kind of ['ca.crt', 'ca.key', 'admin.crt', 'admin.key', 'exec-gate.json'])
      assert.ok(files.has(kind), `${kind} is not among ${[...files].join(', ')}`);
    // What a history holds stands in the database as it is: a secret would be found.
    for (const known of ['sandboxRun', `${runName}-guard`, 'prepareRun', 'fillWarmPool'])
      assert.ok(this.database.includes(known), `${known} is not in Temporal's database`);
    const kept = this.#files(`runs/${runName}/**/*`).map((file) => relative(this.#home.folder, file));
    assert.ok(
      kept.some((file) => /worker.*\.log$/.test(file)),
      kept.join(', '),
    );
    assert.deepEqual([...this.hits], []);
  }
}

/** Empty where the file is gone by now. */
function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
