import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { ROOT, projectFiles, readProjectFile } from '../architecture/project-files.ts';

const { version } = JSON.parse(readProjectFile('package.json')) as { version: string };

describe('the published package', { timeout: 300_000 }, () => {
  let folder: string;
  let files: string[];
  let bin: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandtide-package-'));
    // In a copy: packing builds dist/, which nobody wants in a checkout that runs its sources.
    const copy = join(folder, 'checkout');
    for (const path of projectFiles()) {
      await mkdir(dirname(join(copy, path)), { recursive: true });
      await cp(join(ROOT, path), join(copy, path));
    }
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    await execa('npm', ['pack', '--pack-destination', folder], { cwd: copy });
    const tarball = join(folder, `sandtide-${version}.tgz`);
    const { stdout } = await execa('tar', ['--list', '--gzip', '--file', tarball]);
    files = stdout.split('\n').map((path) => path.replace(/^package\//, ''));
    await execa('tar', ['--extract', '--gzip', '--file', tarball, '--directory', folder]);
    await symlink(join(ROOT, 'node_modules'), join(folder, 'package/node_modules'));
    bin = join(folder, 'package/bin/sandtide.js');
  });
  after(() => rm(folder, { recursive: true }));

  it('holds what a run needs: compiled files, the workflow bundle, examples, and the modules of the programs', () => {
    for (const path of [
      ...['dist/src/cli.js', 'dist/src/worker.js', 'dist/activities/index.js', 'dist/workflow-bundle.js'],
      ...['examples/smoke.yaml', 'spec.schema.json', 'tools/etcd/go.mod', 'tools/etcd/go.sum'],
      ...['README.md', 'LICENSE', 'CHANGELOG.md', 'docs/operations.md'],
      // Messages name these.
      ...['deploy/rbac/existing-own.yaml', 'deploy/rbac/existing-use-existing.yaml', 'docs/spec.md'],
    ])
      assert.ok(files.includes(path), `${path} is missing`);
  });

  it('holds no sources, tests or settings of ours', () => {
    const unwanted = /^(src|workflows|activities|test|scripts)\/|^(tsconfig|knip|\.)|\.ts$/;
    assert.deepEqual(
      files.filter((path) => unwanted.test(path)),
      [],
    );
  });

  it('starts its command from the compiled files', async () => {
    const { stdout } = await execa(process.execPath, [bin, '--help']);
    assert.match(stdout, /^Usage: sandtide /);
    const told = await execa(process.execPath, [bin, '--version']);
    assert.equal(told.stdout, version);
  });

  it('finds the programs by the modules that it brings along', async () => {
    const { stdout } = await execa(process.execPath, [bin, 'tools', '--output', 'json']);
    const tools = JSON.parse(stdout) as { name: string }[];
    assert.equal(tools.length, 9);
  });

  it('has every workflow in the bundle, and none of the sources in their place', async () => {
    const bundle = await readFile(join(folder, 'package/dist/workflow-bundle.js'), 'utf8');
    const index = await readFile(join(ROOT, 'workflows/index.ts'), 'utf8');
    const names = [...index.matchAll(/export \{ (\w+) \}/g)].map(([, name = '']) => name);
    assert.ok(names.length >= 2);
    for (const name of names) assert.ok(bundle.includes(name), name);
  });
});
