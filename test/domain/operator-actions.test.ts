import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Hold, OperatorAction } from '../../src/domain/operator-actions.ts';
import {
  allowedActions,
  extendedUntil,
  OPERATOR_ACTIONS,
  refusal,
} from '../../src/domain/operator-actions.ts';
import type { StepState } from '../../src/domain/progress.ts';
import type { Stage } from '../../src/domain/stages.ts';
import { STAGES } from '../../src/domain/stages.ts';

const OWN = { useExisting: false };
const EXISTING = { useExisting: true };
const held = (stage: Stage, number = 1): Hold => ({ stage, number, sinceMs: 0, untilMs: 60_000 });

describe('what an operator may do with a held stage', () => {
  const rows: [Stage, { useExisting: boolean }, OperatorAction[]][] = [
    ['create-cluster', OWN, ['retryStage', 'extendHold', 'tearDown']],
    ['create-cluster', EXISTING, ['retryStage', 'extendHold', 'tearDown']],
    ['install-agent-sandbox', OWN, ['retryStage', 'extendHold', 'tearDown']],
    ['install-agent-sandbox', EXISTING, [...OPERATOR_ACTIONS]],
    ['run-claims', OWN, [...OPERATOR_ACTIONS]],
    ['teardown', OWN, []],
  ];
  for (const [stage, skippable, actions] of rows) {
    it(`${stage}${skippable.useExisting ? ' on an existing installation' : ''}: ${actions.join(', ') || 'nothing'}`, () => {
      assert.deepEqual(allowedActions(stage, 'held', skippable), actions);
    });
  }

  it('nothing in any other state', () => {
    const others: StepState[] = ['pending', 'running', 'done', 'failed', 'skipped', 'undone', 'undo-failed'];
    for (const stage of STAGES) {
      for (const state of others) assert.deepEqual(allowedActions(stage, state, EXISTING), []);
    }
  });
});

describe('a refused Update', () => {
  it('says that there is no hold', () => {
    assert.match(
      refusal('retryStage', { stage: 'run-claims', hold: 1 }, null, OWN) ?? '',
      /the run is not held/,
    );
  });

  it('names the present hold where an older one was meant, as a reset would apply it again', () => {
    const present = held('run-claims', 2);
    assert.match(
      refusal('retryStage', { stage: 'run-claims', hold: 1 }, present, OWN) ?? '',
      /present one is \{"stage":"run-claims","hold":2\}/,
    );
    assert.match(
      refusal('tearDown', { stage: 'create-cluster', hold: 2 }, present, OWN) ?? '',
      /create-cluster/,
    );
  });

  it('lists what is allowed instead', () => {
    const sentence = refusal(
      'skipStage',
      { stage: 'create-cluster', hold: 1 },
      held('create-cluster'),
      EXISTING,
    );
    assert.equal(
      sentence,
      'skipStage is not allowed for create-cluster; allowed: retryStage, extendHold, tearDown',
    );
  });

  it('is none where the action is allowed for the present hold', () => {
    assert.equal(refusal('skipStage', { stage: 'run-claims', hold: 1 }, held('run-claims'), OWN), null);
  });
});

describe('an extended hold', () => {
  it('ends later by what was asked for', () => {
    assert.equal(extendedUntil(held('run-claims'), 30_000, 1_000_000), 90_000);
  });

  it('never ends beyond the cap', () => {
    assert.equal(extendedUntil(held('run-claims'), 30_000, 70_000), 70_000);
  });
});
