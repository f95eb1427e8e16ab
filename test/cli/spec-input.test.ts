import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readSpec } from '../../src/cli/spec-input.ts';
import { InvalidSpecError } from '../../src/domain/errors.ts';

describe('a spec with --set', () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandtide-set-'));
    file = join(folder, 'spec.yaml');
    await writeFile(file, 'load:\n  qps: 5\n  total: 50\nagentSandbox:\n  warmPool: { replicas: 3 }\n');
  });
  after(() => rm(folder, { recursive: true }));

  const problemsOf = async (...settings: string[]) => {
    const error: unknown = await readSpec(file, settings).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof InvalidSpecError);
    return error.problems;
  };

  it('is the file where nothing is set', async () => {
    const { input, spec } = await readSpec(file);
    assert.deepEqual(input, { load: { qps: 5, total: 50 }, agentSandbox: { warmPool: { replicas: 3 } } });
    assert.equal(spec.load.duration, '10s');
  });

  it('has the values that are set, and all others of the file', async () => {
    const { input, spec } = await readSpec(file, [
      'agentSandbox.warmPool.readyTimeout=1m',
      'agentSandbox.controller.flags.api-connections=4',
      'agentSandbox.template.labels={"example.com/team":"tide"}',
    ]);
    assert.deepEqual(spec.agentSandbox.warmPool, {
      replicas: 3,
      updateStrategy: 'OnReplenish',
      readyTimeout: '1m',
    });
    assert.deepEqual(spec.agentSandbox.controller.flags, { 'api-connections': 4 });
    assert.deepEqual(spec.agentSandbox.template.labels, { 'example.com/team': 'tide' });
    assert.deepEqual((input as { load: unknown }).load, { qps: 5, total: 50 });
  });

  for (const [settings, qps, duration, total] of [
    [['load.qps=10'], 10, '5s', 50],
    [['load.duration=1m'], 5, '1m', 300],
    [['load.total=100'], 5, '20s', 100],
    [['load.duration=1m', 'load.total=60'], 1, '1m', 60],
  ] as const) {
    it(`works out the figures anew with ${settings.join(' ')}`, async () => {
      const { load } = (await readSpec(file, settings)).spec;
      assert.deepEqual([load.qps, load.duration, load.total], [qps, duration, total]);
    });
  }

  it('is refused with the words that the file would be, and no line where the file has none', async () => {
    const [qps, key, ...others] = await problemsOf('load.qps=fast', 'agentSandbox.warmPol.replicas=3');
    assert.deepEqual(others, []);
    const [byFile] = await problemsOf('load.readyTimeout=5');
    assert.match(byFile?.message ?? '', /^found 5; allowed: a duration .*\(from --set\)$/);
    assert.ok(qps !== undefined && key !== undefined);
    for (const problem of [qps, key]) assert.equal(problem.line, undefined);
  });

  it('keeps the place of what is wrong in the file itself', async () => {
    await writeFile(join(folder, 'bad.yaml'), 'load:\n  qps: fast\n  total: 50\n');
    const error: unknown = await readSpec(join(folder, 'bad.yaml'), ['load.readyTimeout=1m']).catch(
      (e: unknown) => e,
    );
    assert.ok(error instanceof InvalidSpecError);
    assert.deepEqual(
      error.problems.map(({ path, line, column }) => ({ path, line, column })),
      [{ path: 'load.qps', line: 2, column: 3 }],
    );
  });
});
