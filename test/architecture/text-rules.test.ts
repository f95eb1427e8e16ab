import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROOT, projectFiles, readProjectFile } from './project-files.ts';
import { lockedHosts, machinePaths } from './text-rules.ts';

describe('the files of the project', () => {
  it('name no folder of the machine they were written on', () => {
    const files = new Map(projectFiles().map((path) => [path, readProjectFile(path)]));
    assert.ok(files.size > 200, `only ${files.size} files were looked at`);
    assert.deepEqual(machinePaths(files, [ROOT]), []);
  });

  it('install from whatever registry the next machine has', () => {
    assert.deepEqual(lockedHosts(readProjectFile('package-lock.json')), []);
  });
});

describe('the check for folders of a machine', () => {
  // In pieces: whole, they would be found in this file.
  const home = ['', 'home', 'anna', 'sandtide'].join('/');
  const root = ['', 'root', '.cache'].join('/');
  for (const line of [
    `cd ${home}`,
    `see ${root}`,
    `"${['', 'Users', 'anna'].join('/')}"`,
    'at /srv/checkout/x',
  ]) {
    it(`catches ${line.replaceAll('/', ' ')}`, () => {
      assert.equal(machinePaths(new Map([['a.md', line]]), ['/srv/checkout']).length, 1);
    });
  }

  for (const line of [
    "HOME: '/home/x'",
    'https://example.org/root/a',
    '`${folder}/root`',
    'the root of the tree',
  ]) {
    it(`lets ${line} pass`, () => {
      assert.deepEqual(machinePaths(new Map([['a.md', line]]), ['/srv/checkout']), []);
    });
  }

  it('catches a lock file that names a host', () => {
    assert.equal(lockedHosts('{\n  "resolved": "https://registry.example/a.tgz"\n}').length, 1);
  });
});
