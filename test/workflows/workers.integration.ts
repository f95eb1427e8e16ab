import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { STEP_IDS } from '../../src/domain/plan.ts';
import type { RunReport } from '../../src/report/report.ts';
import { RunEnvironment } from '../support/run-environment.ts';

let env: RunEnvironment;
before(async () => {
  env = await RunEnvironment.start();
});
after(() => env.stop());

describe('a run whose worker', () => {
  it('is shut down goes on with the next one where it was, and nothing is undone on the way', async () => {
    const name = 'worker-shut-down';
    const run = await env.run(name, { faults: { hangAt: 'claims' } });
    await env.world.untilBegun(name, 'claims');
    await env.stopWorkers();
    assert.deepEqual(env.world.steps(name, 'undo'), []);
    env.world.letGo(name);
    await env.startWorkers();
    assert.equal(((await run.result()) as RunReport).outcome, 'passed');
    assert.deepEqual(env.world.steps(name, 'begin'), [...STEP_IDS, 'claims']);
    assert.deepEqual(env.world.resumed, [{ runName: name, resume: 'claims, attempt 1' }]);
    assert.deepEqual(env.world.violations, []);
  });

  it('dies is taken for dead after the heartbeat time-out, and the next attempt goes on where it was', async () => {
    const name = 'worker-dies';
    const run = await env.run(name, { faults: { deadAt: 'agent-sandbox' } });
    assert.equal(((await run.result()) as RunReport).outcome, 'passed');
    assert.deepEqual(
      env.world.steps(name, 'begin').filter((step) => step === 'agent-sandbox'),
      ['agent-sandbox', 'agent-sandbox'],
    );
    env.world.letGo(name);
  });
});
