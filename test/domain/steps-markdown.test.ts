import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StepEvent } from '../../src/domain/progress.ts';
import { applyStepEvent, initialProgress } from '../../src/domain/progress.ts';
import { stepsMarkdown } from '../../src/domain/steps-markdown.ts';
import { planOf } from './sample-plan.ts';

/** The list after these events; steps as short as their ids. */
function listAfter(...events: StepEvent[]): string[] {
  const steps = planOf().steps.map((step) => ({ ...step, title: step.id, undoTitle: `remove ${step.id}` }));
  const records = events.reduce(applyStepEvent, initialProgress({ steps }));
  return stepsMarkdown(records).split('\n');
}

describe('the steps as Markdown', () => {
  it('show one line a step, in order, with a mark for its state', () => {
    assert.deepEqual(
      listAfter(
        { type: 'started', id: 'cluster', atMs: 1 },
        { type: 'done', id: 'cluster', atMs: 2 },
        { type: 'started', id: 'agent-sandbox', atMs: 3 },
        { type: 'failed', id: 'agent-sandbox', atMs: 4, detail: 'quota' },
        { type: 'skipped', id: 'workload', atMs: 5, detail: 'by an operator' },
        { type: 'started', id: 'warm-pool', atMs: 6 },
      ),
      [
        '- ✓ **cluster**: done',
        '- ✗ **agent-sandbox**: failed (quota)',
        '- – **workload**: skipped (by an operator)',
        '- ▶ **warm-pool**: running',
        '- ○ **claims**: pending',
      ],
    );
  });

  it('show what is being undone, what was, what was never begun and what failed to be', () => {
    assert.deepEqual(
      listAfter(
        { type: 'started', id: 'cluster', atMs: 1 },
        { type: 'done', id: 'cluster', atMs: 2 },
        { type: 'started', id: 'agent-sandbox', atMs: 3 },
        { type: 'done', id: 'agent-sandbox', atMs: 4 },
        { type: 'started', id: 'workload', atMs: 5 },
        { type: 'undone', id: 'claims', atMs: 6 },
        { type: 'undone', id: 'workload', atMs: 7 },
        { type: 'undo-failed', id: 'agent-sandbox', atMs: 8, detail: 'stuck finalizer' },
        { type: 'undo-started', id: 'cluster', atMs: 9 },
      ),
      [
        '- ✓ **cluster**: undoing: remove cluster',
        '- ‼ **agent-sandbox**: undo-failed (stuck finalizer)',
        '- ↩ **workload**: undone',
        '- ○ **warm-pool**: pending',
        '- – **claims**: skipped (never begun)',
      ],
    );
  });

  it('stay one line a step, whatever an error says and however long', () => {
    const lines = listAfter(
      { type: 'started', id: 'cluster', atMs: 1 },
      { type: 'failed', id: 'cluster', atMs: 2, detail: `${'x'.repeat(10_000)}\nsecond line` },
    );
    assert.equal(lines.length, 5);
    assert.ok((lines[0] ?? '').length < 300);
    assert.ok(!lines.join('').includes('second line'));
  });
});
