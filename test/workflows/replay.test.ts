import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import packageJson from '../../package.json' with { type: 'json' };
import type { Planted } from '../support/planted-workflows.ts';
import { PlantedWorkflows } from '../support/planted-workflows.ts';
import { ENDINGS, recordedIds } from '../support/recorded-endings.ts';
import { SWEEPS } from '../support/recorded-sweeps.ts';
import { bundleOf, silence, WORKFLOWS } from '../support/run-environment.ts';

const FOLDER = join(import.meta.dirname, 'histories');
const VERSIONS = readdirSync(FOLDER);

/** The histories of one version by name: `<workflow id>.<execution>`. */
function historiesOf(version: string): { workflowId: string; history: unknown }[] {
  return readdirSync(join(FOLDER, version)).map((file) => ({
    workflowId: file.replace(/\.json$/, ''),
    history: JSON.parse(readFileSync(join(FOLDER, version, file), 'utf8')) as unknown,
  }));
}

// protobufjs is in package.json only so that npm keeps one copy for all of the SDK's packages: its JSON reader knows
// the SDK's types by `instanceof`.

/** Names of the histories that the code would not have written, with the reason. */
async function refused(
  workflowBundle: WorkflowBundleWithSourceMap,
  histories: ReturnType<typeof historiesOf>,
): Promise<Record<string, Error>> {
  const failed: Record<string, Error> = {};
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
    if (error !== undefined) failed[workflowId] = error;
  }
  return failed;
}

before(silence);

describe('the recorded histories', () => {
  for (const version of VERSIONS) {
    it(`of ${version} replay with the code of today`, async () => {
      assert.deepEqual(await refused(await bundleOf(WORKFLOWS), historiesOf(version)), {});
    });
  }

  it('of this version hold every ending, and a guard that continued as new', () => {
    const recorded = historiesOf(packageJson.version).map(({ workflowId }) => workflowId);
    const endings = [...Object.keys(ENDINGS).flatMap(recordedIds), ...Object.keys(SWEEPS)];
    assert.deepEqual(
      endings.filter((id) => !recorded.includes(`${id}.1`)),
      [],
    );
    assert.ok(recorded.includes('guard-continued-guard.2'));
  });
});

describe('a change of the workflow code that would break a run under way', () => {
  const changes: Record<string, Planted & { breaks: string }> = {
    'a stage in another place': {
      file: 'sandbox-run.ts',
      find: 'for (const stage of stagesThrough(life.run.through))',
      put: 'for (const stage of stagesThrough(life.run.through).toReversed())',
      breaks: 'passed.1',
    },
    'a report before the unwind': {
      file: 'settle.ts',
      find: 'return unwind(life.run, life.journal,',
      put: 'return (async (..._: unknown[]) => ({ leftovers: [], undoFailed: 0 }))(',
      breaks: 'cancelled.1',
    },
    'a guard that does not wait for the last activity to stop': {
      file: 'guarded-run.ts',
      find: 'await sleep(entry.limits.quietMs);',
      put: '',
      breaks: 'terminated-guard.1',
    },
    'a sweep that removes before it has looked': {
      file: 'sweep.ts',
      find: 'const { handle, owner, runName, reason } = removal;',
      put: "const { handle, owner, runName, reason } = removal;\n  await undo<SweepActivities>(FIRST_LIMITS, { summary: '' }).removeSwept({ subject: { handle, owner }, settings: plan.settings });",
      breaks: 'sweep-dry.1',
    },
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`is found out: ${what}`, async () => {
      const planted = new PlantedWorkflows([change]);
      try {
        const one = historiesOf(packageJson.version).filter(({ workflowId }) => workflowId === change.breaks);
        const failed = await refused(await bundleOf(planted.workflowsPath), one);
        assert.ok(failed[change.breaks] instanceof DeterminismViolationError, String(failed[change.breaks]));
      } finally {
        planted.remove();
      }
    });
  }
});
