import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import fc from 'fast-check';
import type { ActivityDeps } from '../../activities/deps.ts';
import type { PreparedRun } from '../../activities/prepare.ts';
import { prepareActivities } from '../../activities/prepare.ts';
import { claimName, guardWorkflowId } from '../../src/domain/names.ts';
import { workloadCommand } from '../../src/load/workload.ts';
import { createLocalProvider } from '../../src/providers/local/local-provider.ts';
import { reportFolder } from '../../src/report/report-folder.ts';
import { createAgentSandboxTypes } from '../../src/sandbox/registry.ts';
import { MOST_CLAIMS } from '../../src/spec/schema.ts';
import { activityEnvironment, runActivity } from '../support/run-activity.ts';
import { hostileIds, hostileSpecs } from './hostile-inputs.ts';

const THOUSANDS = 4_000;
const NO_HANG = { timeout: 240_000 };
const STATE = join(tmpdir(), 'sandtide-never-made');
const untouched = (): never => {
  throw new Error('preparing a run touches nothing');
};

/** The real provider and the real resource; whatever they need to touch the world throws. */
const provider = createLocalProvider({
  toolchain: { findAll: untouched },
  stateFolder: STATE,
  home: untouched,
});
const deps = {
  provider: () => provider,
  agentSandbox: createAgentSandboxTypes({ manifestsFolder: untouched }),
  searchAttributes: [],
} as Partial<ActivityDeps> as ActivityDeps;

const prepare = (spec: unknown, workflowId: string): Promise<PreparedRun> =>
  runActivity(activityEnvironment(), () =>
    prepareActivities(deps).prepareRun({
      spec,
      identity: { namespace: 'default', workflowId, firstExecutionRunId: 'run-1' },
      startedAtMs: 1_000,
    }),
  );

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
/** What is fixed of the workload's command, and the one argument that a spec gives: seconds. */
const FIXED = workloadCommand('1s', true)?.slice(0, -1);

function assertSound({ spec, plan }: PreparedRun): void {
  const { workloadNamespace, systemNamespace, template, warmPool } = plan.sandbox;
  const longestClaim = claimName(plan.owner, MOST_CLAIMS, MOST_CLAIMS);
  const pod = `${warmPool}-xxxxx`; // as agent-sandbox names what is in a pool
  const names = [
    plan.cluster.name,
    workloadNamespace,
    systemNamespace,
    template,
    warmPool,
    pod,
    longestClaim,
  ];
  for (const name of names) assert.match(name, DNS_LABEL);
  for (const value of Object.values(plan.labels)) assert.match(value, LABEL_VALUE);
  if (plan.workloadCommand !== null) {
    assert.deepEqual(plan.workloadCommand.slice(0, -1), FIXED);
    assert.match(plan.workloadCommand.at(-1) ?? '', /^\d+(?:\.\d+)?$/);
  }
  const inside = relative('/base', reportFolder(join('/base', spec.report.folder), plan.runName));
  assert.doesNotMatch(inside, /^(?:$|\.\.?(?:\/|$)|\/)/, 'a run has a folder of its own below the base');
  assert.ok(new TextEncoder().encode(guardWorkflowId(plan.runName)).length <= 1_000);
}

function assertOneInvalidSpec(error: unknown): void {
  assert.ok(error instanceof ApplicationFailure, String(error));
  assert.equal(error.type, 'InvalidSpec', error.message);
  assert.equal(error.nonRetryable, true);
  const [problems] = error.details as [unknown[]];
  assert.ok(problems.length > 0);
  assert.ok(JSON.stringify([error.message, problems]).length < 100_000, 'it fits into a history');
}

test('a hostile spec gives one InvalidSpec, or a plan whose names are all names', NO_HANG, async () => {
  const ends = { refused: 0, planned: 0 };
  await fc.assert(
    fc.asyncProperty(hostileSpecs, hostileIds, async (spec, workflowId) => {
      try {
        assertSound(await prepare(spec, workflowId));
        ends.planned += 1;
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        assertOneInvalidSpec(error);
        ends.refused += 1;
      }
    }),
    { numRuns: THOUSANDS },
  );
  // Both ends were really seen, and often.
  assert.ok(ends.refused > THOUSANDS / 10 && ends.planned > THOUSANDS / 10, JSON.stringify(ends));
  assert.ok(!existsSync(STATE), 'nothing was created');
});
