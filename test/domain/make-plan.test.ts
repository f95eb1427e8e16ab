import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LABELS } from '../../src/domain/names.ts';
import { STEP_IDS, unwindOrder } from '../../src/domain/plan.ts';
import { STAGES } from '../../src/domain/stages.ts';
import { OWNER, planOf } from './sample-plan.ts';

describe('the plan', () => {
  it('has every step of a run, in the order in which it is done, each with its undo', () => {
    assert.deepEqual(
      planOf().steps.map(({ id, stage, title, undoTitle }) => [id, stage, title, undoTitle]),
      [
        [
          'cluster',
          'create-cluster',
          'create cluster st-nightly-0123456789 (local)',
          'delete cluster st-nightly-0123456789',
        ],
        [
          'agent-sandbox',
          'install-agent-sandbox',
          'install agent-sandbox in agent-sandbox-system',
          'uninstall agent-sandbox from agent-sandbox-system',
        ],
        [
          'workload',
          'install-agent-sandbox',
          'create namespace st-nightly-0123456789 and template template',
          'delete template template and namespace st-nightly-0123456789',
        ],
        [
          'warm-pool',
          'install-agent-sandbox',
          'fill warm pool pool with 20 sandboxes',
          'delete warm pool pool',
        ],
        ['claims', 'run-claims', 'run 120 claims', 'delete every claim of this run'],
      ],
    );
  });

  it('never goes back to an earlier stage, and leaves teardown to the unwind', () => {
    const stages = planOf().steps.map((step) => STAGES.indexOf(step.stage));
    assert.deepEqual(
      stages,
      stages.toSorted((a, b) => a - b),
    );
    assert.ok(!planOf().steps.some((step) => step.stage === 'teardown'));
  });

  it('is unwound from its last step to its first', () => {
    const plan = planOf();
    assert.deepEqual(
      unwindOrder(plan).map((step) => step.id),
      [...STEP_IDS].toReversed(),
    );
    assert.deepEqual(
      plan.steps.map((step) => step.id),
      STEP_IDS,
      'the plan itself stays in its order',
    );
  });

  it('leaves what is in a cluster that lives for one run to the removal of that cluster', () => {
    assert.deepEqual(
      planOf({ disposable: true }).steps.map((step) => step.absorbedBy),
      [null, 'cluster', 'cluster', 'cluster', 'cluster'],
    );
    assert.ok(planOf({ disposable: false }).steps.every((step) => step.absorbedBy === null));
  });

  it("holds a cluster that is somebody else's, and gives it back", () => {
    const [{ title, undoTitle } = { title: '', undoTitle: '' }] = planOf({ borrowed: true }).steps;
    assert.equal(title, 'hold cluster st-nightly-0123456789 (local)');
    assert.equal(undoTitle, 'give cluster st-nightly-0123456789 back');
  });

  it('ends its lease no earlier than asked, to the second', () => {
    fc.assert(
      fc.property(fc.nat({ max: 4e12 }), (nowMs) => {
        const { leaseUntilSeconds, labels } = planOf({ nowMs, lease: '90s' });
        const endMs = nowMs + 90_000;
        assert.ok(leaseUntilSeconds * 1000 >= endMs && leaseUntilSeconds * 1000 < endMs + 1000);
        assert.equal(labels[LABELS.leaseUntil], String(leaseUntilSeconds));
      }),
    );
  });

  it('carries the owner in its labels and comes back from history as it went in', () => {
    const plan = planOf({ workloadCommand: ['python3', '-c', 'pass'] });
    assert.equal(plan.labels[LABELS.owner], OWNER);
    assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
  });

  it('is the same plan whenever it is made from the same parts', () => {
    assert.deepEqual(planOf(), planOf());
  });
});
