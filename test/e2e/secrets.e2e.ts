import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { RunReport } from '../../src/report/report.ts';
import { piecesOf } from '../matrix/canaries.ts';
import { OwnHome } from '../support/own-home.ts';
import { SMALL_SPEC } from '../support/temporal-home.ts';

/** With a workload, so that the pass of the exec gate is a secret too. */
const WORKING = {
  ...SMALL_SPEC,
  load: { qps: 5, total: 10, readyTimeout: '60s', workloadDuration: '50ms' },
};
/** No machine has processors enough: it fails in the middle, and keeps evidence. */
const FAILING = {
  ...WORKING,
  agentSandbox: { template: { cpuRequest: '1000' }, warmPool: { replicas: 3, readyTimeout: '5s' } },
};
const RUNS = { passed: { spec: WORKING, code: 0 }, failed: { spec: FAILING, code: 2 } };

/** What a run keeps secret, gathered while its cluster lives, and where it turned up meanwhile. */
class Watched {
  readonly home = new OwnHome();
  readonly secrets = new Map<string, string>();
  readonly hits = new Set<string>();
  /** Temporal's database as it was last seen: it goes with the session. */
  database: Buffer = Buffer.alloc(0);

  look(): void {
    for (const file of this.files('state/sandtide/local/*/kwok/clusters/plane/pki/*'))
      for (const piece of piecesOf(read(file).toString())) this.secrets.set(piece, file);
    for (const file of this.files('state/sandtide/local/*/exec-gate.json')) {
      const pass = /"pass":"(\w{40,})"/.exec(read(file).toString())?.[1];
      if (pass !== undefined) this.secrets.set(pass, file);
    }
    for (const { command } of this.home.processes()) this.find(Buffer.from(command), 'a process argument');
    // The histories of the run, of its guard and of the sweep, and heartbeats.
    const database = Buffer.concat(this.files('state/sandtide/sessions/*/*.db{,-wal}').map(read));
    if (database.length > 0) this.database = database;
    this.find(this.database, "Temporal's database");
  }

  /** All that is left of the run. */
  lookBack(output: string): void {
    this.find(Buffer.from(output), 'the output');
    for (const file of this.files('runs/**/*'))
      this.find(file.endsWith('.gz') ? gunzipSync(read(file)) : read(file), file);
  }

  files(pattern: string): string[] {
    return globSync(join(this.home.folder, pattern)).filter(
      (path) => existsSync(path) && statSync(path).isFile(),
    );
  }

  find(text: Buffer, where: string): void {
    for (const [secret, name] of this.secrets)
      if (text.includes(secret)) this.hits.add(`${relative(this.home.folder, name)} in ${where}`);
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

for (const [name, { spec, code }] of Object.entries(RUNS)) {
  describe(`the secrets of a run that ${name}`, { timeout: 300_000 }, () => {
    const watched = new Watched();
    const { home } = watched;
    let output = '';
    before(async () => {
      const path = join(home.folder, 'spec.json');
      writeFileSync(path, JSON.stringify(spec));
      const run = home.sandtide('run', '--embedded', '--name', name, path);
      const looking = setInterval(() => watched.look(), 400);
      const ended = await run.ended;
      clearInterval(looking);
      output = run.output();
      assert.equal(ended, code, output);
      watched.lookBack(output);
    });
    after(() => home.dispose());

    it('were known while it ran: keys, certificates and the pass of the exec gate', () => {
      const files = new Set([...watched.secrets.values()].map((file) => file.split('/').at(-1)));
      for (const kind of ['ca.crt', 'ca.key', 'admin.crt', 'admin.key', 'exec-gate.json'])
        assert.ok(files.has(kind), `${kind} is not among ${[...files].join(', ')}`);
    });

    it('stand in no history, log, report, evidence, output or process argument', () => {
      assert.deepEqual([...watched.hits], []);
    });

    it('and all of these were there to look at', () => {
      // What a history holds stands in the database as it is: a secret would be found.
      for (const known of ['sandboxRun', `${name}-guard`, 'prepareRun', 'fillWarmPool'])
        assert.ok(watched.database.includes(known), `${known} is not in Temporal's database`);
      const files = watched.files(`runs/${name}/**/*`).map((file) => relative(home.folder, file));
      const report = JSON.parse(
        readFileSync(join(home.folder, `runs/${name}/report.json`), 'utf8'),
      ) as RunReport;
      const evidence = files.filter((file) => file.includes('/evidence/'));
      assert.equal(evidence.length > 5, report.outcome === 'failed');
      assert.ok(
        files.some((file) => /worker.*\.log$/.test(file)),
        files.join(', '),
      );
    });
  });
}
