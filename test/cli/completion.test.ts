import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { PROJECT } from '../support/own-home.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandtide-complete-'));
  mkdirSync(join(folder, 'runs/nightly-1'), { recursive: true });
  // Of a run whose name is no good folder name: by a schedule, with its time behind.
  mkdirSync(join(folder, 'runs/nightly-2026-11-25t02-00-00z~0123456789abcdef'));
  writeFileSync(join(folder, 'mine.yaml'), '');
  writeFileSync(join(folder, 'notes.txt'), '');
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** What a shell is offered after these words; the last one is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const { stdout } = await execa(
    process.execPath,
    [join(PROJECT, 'src/cli.ts'), 'complete', '--', ...words],
    { cwd: folder },
  );
  return stdout.split('\n').map((line) => line.split('\t')[0] ?? '');
}

describe('shell completion', { concurrency: 2 }, () => {
  it('knows commands and what an option may be', async () => {
    assert.deepEqual((await offered('sta')).slice(0, 2), ['start', 'status']);
    assert.ok((await offered('report', '--output', '')).includes('markdown'));
  });

  it('knows the runs of this folder, and the specs', async () => {
    const runs = await offered('status', '');
    assert.ok(runs.includes('nightly-1'));
    assert.ok(!runs.some((run) => run.includes('~')), 'the folder of a run is not always its name');
    const specs = await offered('run', '');
    assert.ok(specs.includes('mine.yaml'));
    assert.ok(!specs.includes('notes.txt'));
  });

  it('prints a script that bash can read', async () => {
    const { stdout } = await execa(process.execPath, [join(PROJECT, 'src/cli.ts'), 'complete', 'bash']);
    await execa('bash', ['-n'], { input: stdout });
    assert.match(stdout, /complete .*sandtide/);
  });
});
