import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import { ROOT, readProjectFile } from '../architecture/project-files.ts';

const BIN = join(ROOT, 'bin/sandtide.js');

/** Loaded before the bin: makes it believe that it runs on that version. */
const pretending = (version: string) =>
  `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;

describe('bin/sandtide.js', () => {
  it('refuses an old Node in words, without a stack', async () => {
    const { exitCode, stderr, stdout } = await execa(
      process.execPath,
      ['--import', pretending('20.20.2'), BIN, 'tools'],
      { reject: false },
    );
    assert.equal(exitCode, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /^sandtide: this is Node 20\.20\.2, and sandtide needs Node 24 or later\./);
    assert.doesNotMatch(stderr, /^\s+at /m);
  });

  it('goes by the version that package.json asks for', () => {
    const { engines } = JSON.parse(readProjectFile('package.json')) as { engines: { node: string } };
    const [, oldest] = /const OLDEST_NODE = (\d+);/.exec(readProjectFile('bin/sandtide.js')) ?? [];
    assert.equal(engines.node, `>=${oldest}.0.0`);
  });

  it('runs the sources of a checkout', async () => {
    const { stdout } = await execa(process.execPath, [BIN, '--help']);
    assert.match(stdout, /^Usage: sandtide /);
  });
});
