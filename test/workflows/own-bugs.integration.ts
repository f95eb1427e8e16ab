import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { TerminatedFailure } from '@temporalio/common';
import type { StepId } from '../../src/domain/plan.ts';
import { STEP_IDS } from '../../src/domain/plan.ts';
import type { Stage } from '../../src/domain/stages.ts';
import type { RunReport } from '../../src/report/report.ts';
import type { Planted } from '../support/planted-workflows.ts';
import { PlantedWorkflows } from '../support/planted-workflows.ts';
import { RunEnvironment } from '../support/run-environment.ts';
import { applicationFailureOf, failureOf } from '../support/run-failures.ts';

const LAST_FIRST: StepId[] = [...STEP_IDS].reverse();

/** A TypeError of our own in runs of one name. */
const bug = (runName: string) =>
  `if (workflowId() === '${runName}') throw new TypeError('planted in ${runName}');`;
const WORKFLOW_ID = `import { workflowInfo as info } from '@temporalio/workflow';
const workflowId = () => info().workflowId;
`;

/** Puts code after a line that stands there once. */
const following = (file: string, find: string, ...code: string[]): Planted => ({
  file,
  find,
  put: [find, ...code].join('\n'),
});
const preceding = (file: string, find: string, code: string): Planted => ({
  file,
  find,
  put: `${code}\n${find}`,
});

const stageOf = (name: string) =>
  `async function ${name}({ run, entered, journal, findings }: Life): Promise<void> {`;

const workflows = new PlantedWorkflows([
  preceding('life.ts', 'import type { RunFindings }', WORKFLOW_ID),
  following('life.ts', '(run: PreparedRun, startedAtMs: number): Life {', bug('bug-before-anything')),
  following('life.ts', 'life: Life | null): RunProgress {', bug('bug-in-query')),
  preceding('stages.ts', 'import { ApplicationFailure, isC', WORKFLOW_ID),
  following('stages.ts', stageOf('createCluster'), bug('bug-in-create-cluster')),
  following('stages.ts', stageOf('installAgentSandbox'), bug('bug-in-install-agent-sandbox')),
  following('stages.ts', 'async function runClaims(life: Life): Promise<void> {', bug('bug-in-run-claims')),
  preceding('settle.ts', 'import type { Ending,', WORKFLOW_ID),
  following('settle.ts', '(life: Life, ending: Ending): Promise<Settled> {', bug('bug-before-unwind')),
  preceding('settle.ts', 'life.journal.mark({ SandtideOutcome', bug('bug-after-unwind')),
  preceding('conclude.ts', 'import { ApplicationFailure, Canc', WORKFLOW_ID),
  preceding('conclude.ts', 'switch (outcome) {', bug('bug-in-conclude')),
  preceding('guarded-run.ts', 'import { CancellationScope', WORKFLOW_ID),
  following(
    'guarded-run.ts',
    'const { leftovers, undoFailed } = await unwind(entry, entry.journal);',
    `const once = globalThis as { planted?: true };
    if (workflowId() === 'bug-in-guard-guard' && !once.planted) {
      once.planted = true;
      throw new TypeError('planted in the guard');
    }`,
  ),
  // A throw that nothing catches: the workflow task fails, again and again.
  preceding(
    'sandbox-run.ts',
    'throw asFailure(error);',
    "if (workflowInfo().workflowId === 'wedged') throw error;",
  ),
  following(
    'sandbox-run.ts',
    'const ending = await endingOf(life);',
    "if (workflowInfo().workflowId === 'wedged') throw new TypeError('planted in wedged');",
  ),
]);

let env: RunEnvironment;
before(async () => {
  env = await RunEnvironment.start({ workflowsPath: workflows.workflowsPath });
});
after(async () => {
  await env.stop();
  workflows.remove();
  assert.deepEqual(env.world.violations, []);
});

describe('a bug in our own workflow code', { concurrency: true }, () => {
  const done: Partial<Record<Stage, StepId[]>> = {
    'create-cluster': [],
    'install-agent-sandbox': ['cluster'],
    'run-claims': ['cluster', 'agent-sandbox', 'workload', 'warm-pool'],
  };
  for (const [stage, steps] of Object.entries(done)) {
    it(`in ${stage} fails the run, which unwinds and names it`, async () => {
      const name = `bug-in-${stage}`;
      const failure = await applicationFailureOf(await env.run(name));
      assert.equal(failure.type, 'RunFailed');
      const report = failure.details?.[0] as RunReport;
      assert.equal(report.failure?.errorType, 'TypeError');
      assert.equal(report.failure.message, `planted in ${name}`);
      assert.equal(report.failure.stage, stage);
      assert.deepEqual(env.world.steps(name, 'do'), steps);
      assert.deepEqual(env.world.steps(name, 'undone'), LAST_FIRST);
      assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
    });
  }

  it('before anything exists fails the run', async () => {
    const failure = await applicationFailureOf(await env.run('bug-before-anything'));
    assert.equal(failure.type, 'TypeError');
    assert.deepEqual(env.world.owners('bug-before-anything'), []);
  });

  for (const [where, undone] of [
    ['before-unwind', LAST_FIRST],
    ['after-unwind', [...LAST_FIRST, ...LAST_FIRST]],
  ] as const) {
    it(`${where} fails the run and leaves the rest to its guard`, async () => {
      const name = `bug-${where}`;
      const failure = await applicationFailureOf(await env.run(name));
      assert.equal(failure.type, 'TypeError');
      assert.match(failure.message, /could not be concluded: planted in .*; its guard cleans up/);
      assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
      assert.deepEqual(env.world.steps(name, 'undone'), undone);
      assert.deepEqual(env.world.leftOf(name), []);
    });
  }

  it('in the very last step fails the run, which is cleaned up and released', async () => {
    const failure = await applicationFailureOf(await env.run('bug-in-conclude'));
    assert.equal(failure.type, 'TypeError');
    assert.equal(await env.untilGuardEnded('bug-in-conclude'), 'COMPLETED');
    assert.deepEqual(env.world.steps('bug-in-conclude', 'undone'), LAST_FIRST);
  });

  it('in a query fails the query alone', async () => {
    const run = await env.run('bug-in-query', { faults: { hangAt: 'claims' } });
    await env.world.untilBegun('bug-in-query', 'claims');
    await assert.rejects(env.progress('bug-in-query'), /planted in bug-in-query/);
    env.world.letGo('bug-in-query');
    assert.equal(((await run.result()) as RunReport).outcome, 'passed');
  });

  it('in the guard makes it try again', async () => {
    const run = await env.run('bug-in-guard', { faults: { hangAt: 'warm-pool' } });
    await env.world.untilBegun('bug-in-guard', 'warm-pool');
    await run.terminate('by test');
    assert.equal(await env.untilGuardEnded('bug-in-guard'), 'COMPLETED');
    assert.deepEqual(env.world.leftOf('bug-in-guard'), []);
  });

  it('that wedges the run all the same ends with the lease: by force, and unwound', async () => {
    const run = await env.run('wedged', { leaseSeconds: 3, limits: { teardownDeadlineMs: 1_000 } });
    assert.ok((await failureOf(run)) instanceof TerminatedFailure);
    assert.deepEqual(env.world.steps('wedged', 'undo'), []);
    assert.equal(await env.untilGuardEnded('wedged'), 'COMPLETED');
    assert.deepEqual(env.world.leftOf('wedged'), []);
  });
});
