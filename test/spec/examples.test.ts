import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { durationMs } from '../../src/domain/durations.ts';
import { readSpecFile } from '../../src/spec/read-file.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import type { RunSpec } from '../../src/spec/schema.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'examples');
/** What `sandtide dev --faults` reads; it has a schema of its own. */
const NO_SPECS = new Set(['faults.yaml']);
const names = (await readdir(EXAMPLES)).filter((name) => !NO_SPECS.has(name));

async function example(name: string): Promise<RunSpec> {
  const read = await readSpecFile(join(EXAMPLES, name));
  return resolveSpec(read.input, read);
}

describe('each example', () => {
  for (const name of names) {
    it(`${name} is a right spec`, async () => {
      await example(name);
    });
  }

  for (const name of names.filter((each) => each.endsWith('.yaml'))) {
    it(`${name} begins with the line that makes an editor check it, and says what it is`, async () => {
      const text = await readFile(join(EXAMPLES, name), 'utf8');
      const [first] = text.split('\n');
      const schema = /^# yaml-language-server: \$schema=(\S+)$/.exec(first ?? '')?.[1];
      assert.equal(resolve(EXAMPLES, schema ?? ''), join(ROOT, 'spec.schema.json'));
      assert.notEqual((await example(name)).description, undefined);
    });
  }
});

describe('examples/smoke.yaml, which npm start runs', () => {
  it('makes claims enough for a verdict', async () => {
    assert.ok((await example('smoke.yaml')).load.total >= 100);
  });

  it('sends its claims in less than half of the minute that all of it may take', async () => {
    assert.ok(durationMs((await example('smoke.yaml')).load.duration) < 30_000);
  });

  it('is, as JSON for the Temporal CLI, the same spec', async () => {
    assert.deepEqual(await example('smoke.json'), await example('smoke.yaml'));
  });
});

describe('examples/presubmit-shape.yaml', () => {
  it("has the figures of agent-sandbox's own presubmit", async () => {
    const { provider, agentSandbox, load } = await example('presubmit-shape.yaml');
    assert.ok(provider.type === 'local');
    const { claimWorkers, sandboxWorkers, warmPoolMaxBatchSize, kubeApiQps, kubeApiBurst } =
      agentSandbox.controller;
    assert.deepEqual(
      {
        ...{ nodes: provider.pools.sandbox.nodes, replicas: agentSandbox.warmPool.replicas },
        ...{ qps: load.qps, duration: load.duration },
        ...{ claimWorkers, sandboxWorkers, warmPoolMaxBatchSize, kubeApiQps, kubeApiBurst },
      },
      {
        ...{ nodes: 100, replicas: 1050, qps: 75, duration: '10s' },
        ...{
          claimWorkers: 50,
          sandboxWorkers: 50,
          warmPoolMaxBatchSize: 300,
          kubeApiQps: 1000,
          kubeApiBurst: 2000,
        },
      },
    );
  });
});
