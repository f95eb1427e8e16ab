import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { InvalidSpecError } from '../../src/domain/errors.ts';
import { readSpecFile } from '../../src/spec/read-file.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';

describe('a file', { timeout: 300_000 }, () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandtide-spec-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function file(name: string, content: string | Buffer): Promise<string> {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  }

  async function refusal(path: string): Promise<string> {
    try {
      const read = await readSpecFile(path);
      resolveSpec(read.input, read);
    } catch (error) {
      if (error instanceof InvalidSpecError) return error.message.replaceAll(`${folder}/`, '');
      throw error;
    }
    throw new Error('the file was accepted');
  }

  it('is read as YAML or as JSON, with a byte order mark or without', async () => {
    const input = { load: { qps: 1, total: 3 } };
    for (const [name, content] of [
      ['a.yaml', 'load:\n  qps: 1\n  total: 3\n'],
      ['b.yml', '\ufeffload: {qps: 1, total: 3}'],
      ['c.json', JSON.stringify(input)],
      ['d.JSON', `\ufeff${JSON.stringify(input)}`],
      ['e.yaml', 'load:\r\n  qps: 1\r\n  total: 3\r\n'],
      ['f.yaml', JSON.stringify(input, null, '\t')],
    ] as const) {
      const read = await readSpecFile(await file(name, content));
      assert.deepEqual(read.input, input, name);
      assert.equal(read.source, join(folder, name));
    }
  });

  it('that is wrong names file, line, column, key, what was found and what is allowed', async () => {
    const path = await file(
      'bad.yaml',
      '# mine\nload:\n  qsp: 10\n  duration: 12\nagentSandbox: {warmPool: {replicas: -1}}\n',
    );
    assert.equal(
      await refusal(path),
      `the spec has 3 problems; nothing was created
  bad.yaml:5:27 agentSandbox.warmPool.replicas: found -1; allowed: a whole number from 0 to 10000
  bad.yaml:4:3 load.duration: found 12; allowed: a duration from 1ms to 365d, written like 250ms, 90s or 1h30m
  bad.yaml:3:3 load.qsp: unknown key; did you mean qps?; known here: qps, duration, total, arrivals, phases, pauseBetween, maxConcurrent, readyTimeout, workloadDuration, workloadCommand, workloadTimeout, dwell, dwellDistribution`,
    );
  });

  it('that is not there, a folder, or below a file says so and what to do', async () => {
    assert.match(
      await refusal(join(folder, 'none.yaml')),
      /none\.yaml \(document\): there is no such file; check the name/,
    );
    assert.match(await refusal(folder), /is a folder; name the YAML or JSON file in it/);
    const path = await file('plain.yaml', 'a: 1');
    assert.match(await refusal(join(path, 'below.yaml')), /there is no such file/);
  });

  it('that would never end is not opened: a pipe, a device', async () => {
    const pipe = join(folder, 'pipe.yaml');
    await promisify(execFile)('mkfifo', [pipe]);
    assert.match(await refusal(pipe), /is no ordinary file/);
    await symlink('/dev/zero', join(folder, 'zero.yaml'));
    assert.match(await refusal(join(folder, 'zero.yaml')), /is no ordinary file/);
  });

  it('of a megabyte is read, and one byte more is not', async () => {
    const spec = 'load: {qps: 1, total: 1}\n#';
    const fill = (bytes: number) => spec + 'x'.repeat(bytes - spec.length);
    assert.ok((await readSpecFile(await file('full.yaml', fill(1024 * 1024)))).input);
    assert.match(await refusal(await file('over.yaml', fill(1024 * 1024 + 1))), /is larger than 1024 KiB/);
  });

  it('that is no text says so', async () => {
    assert.match(
      await refusal(await file('latin.yaml', Buffer.from([0x61, 0x3a, 0x20, 0xe9]))),
      /is not UTF-8 text/,
    );
  });

  it('that is empty is told what a spec is', async () => {
    assert.match(
      await refusal(await file('empty.yaml', '')),
      /empty\.yaml:1:1 \(document\): there is no spec; a spec is/,
    );
  });

  it('whose name would colour a terminal is named with that escaped', async () => {
    assert.match(await refusal(join(folder, '\u001b[31mred.yaml')), /\\u\{1b\}\[31mred\.yaml/);
  });
});
