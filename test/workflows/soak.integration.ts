import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { EARLY_CONTINUE_AS_NEW, RunEnvironment } from '../support/run-environment.ts';

describe('a load of many windows', () => {
  let env: RunEnvironment;
  before(async () => {
    env = await RunEnvironment.start({ serverArguments: EARLY_CONTINUE_AS_NEW });
  });
  after(() => env.stop());

  const windowsOf = (name: string) => env.world.windows.filter(({ runName }) => runName === name);

  it('of 72 hours comes to its end in executions of one size, with a state that does not grow', async () => {
    const name = 'three-days';
    const run = await env.run(name, { limits: { arrivalsMs: 72 * 3_600_000, windowMs: 1_800_000 } });
    const report = (await run.result()) as { outcome: string };
    assert.equal(report.outcome, 'passed');
    const indexes = windowsOf(name).map(({ index }) => index);
    assert.deepEqual(indexes, Array.from({ length: 144 }, (_, at) => at));
    const executions = await env.executionsOf(name);
    console.log(executions.length);
  });
});
