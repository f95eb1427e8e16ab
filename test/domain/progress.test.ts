import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Plan, StepId } from '../../src/domain/plan.ts';
import { STEP_IDS, unwindOrder } from '../../src/domain/plan.ts';
import type { StepEvent, StepRecord } from '../../src/domain/progress.ts';
import {
  applyStepEvent,
  currentStep,
  ImpossibleStepEvent,
  initialProgress,
  nextUndo,
} from '../../src/domain/progress.ts';
import { planOf } from './sample-plan.ts';

const FORWARD = ['started', 'done', 'failed', 'held', 'skipped'] as const;
const BACK = ['undo-started', 'undone', 'undo-failed'] as const;

/** An event whose time is still open; each gets the next tick. */
interface Move {
  type: StepEvent['type'];
  id: StepId;
}
const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({ type: fc.constantFrom(...FORWARD, ...BACK), id: fc.constantFrom(...STEP_IDS) }),
  { maxLength: 60 },
);
const plans = fc.boolean().map((disposable) => planOf({ disposable }));

function eventOf({ type, id }: Move, atMs: number): StepEvent {
  switch (type) {
    case 'started':
    case 'done':
    case 'undo-started':
    case 'undone':
      return { type, id, atMs };
    case 'failed':
    case 'held':
    case 'skipped':
    case 'undo-failed':
      return { type, id, atMs, detail: `${type} at ${atMs}` };
  }
}

/** The records after those of the moves that are possible, and what `seen` says about each of these. */
function play(
  plan: Plan,
  tries: readonly Move[],
  seen: (before: readonly StepRecord[], event: StepEvent, after: readonly StepRecord[]) => void = () =>
    undefined,
): readonly StepRecord[] {
  let records: readonly StepRecord[] = initialProgress(plan);
  tries.forEach((move, tick) => {
    const event = eventOf(move, tick + 1);
    try {
      const after = applyStepEvent(records, event);
      seen(records, event, after);
      records = after;
    } catch (error) {
      if (!(error instanceof ImpossibleStepEvent)) throw error;
    }
  });
  return records;
}

const recordOf = (records: readonly StepRecord[], id: StepId) => records.find((each) => each.id === id)!;

describe('whatever happens in whatever order', () => {
  it('no step is begun, done, failed, held or skipped once its undo has begun', () => {
    fc.assert(
      fc.property(plans, moves, (plan, tries) => {
        play(plan, tries, (before, event) => {
          if (recordOf(before, event.id).undoStartedAtMs !== null) {
            assert.ok(!(FORWARD as readonly string[]).includes(event.type), `${event.type} after its undo`);
          }
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('each undo is under way at most once at a time, and succeeds at most once', () => {
    fc.assert(
      fc.property(plans, moves, (plan, tries) => {
        const running = new Set<StepId>();
        const undone = new Map<StepId, number>();
        play(plan, tries, (_, { type, id }) => {
          if (type === 'undo-started') {
            assert.ok(!running.has(id), `the undo of ${id} began while it was under way`);
            running.add(id);
          }
          if (type === 'undone') undone.set(id, (undone.get(id) ?? 0) + 1);
          if (type === 'undone' || type === 'undo-failed') running.delete(id);
        });
        for (const [id, times] of undone) assert.equal(times, 1, `${id} was undone ${times} times`);
      }),
      { numRuns: 2000 },
    );
  });

  it('a step is done only after it was begun, and its times are in order', () => {
    fc.assert(
      fc.property(plans, moves, (plan, tries) => {
        play(plan, tries, (before, event) => {
          if (event.type === 'done') assert.equal(recordOf(before, event.id).state, 'running');
        }).forEach(({ startedAtMs, endedAtMs, undoStartedAtMs, undoEndedAtMs }) => {
          if (startedAtMs !== null && endedAtMs !== null) assert.ok(startedAtMs < endedAtMs);
          if (undoEndedAtMs !== null) assert.ok(undoStartedAtMs !== null && undoStartedAtMs <= undoEndedAtMs);
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('an event changes its own step and, of the others, only those that go with it', () => {
    fc.assert(
      fc.property(plans, moves, (plan, tries) => {
        play(plan, tries, (before, event, after) => {
          after.forEach((record, index) => {
            if (record.id === event.id) return;
            const takenAlong =
              record.absorbedBy === event.id && (event.type === 'undone' || event.type === 'undo-failed');
            if (!takenAlong) assert.equal(record, before[index]);
          });
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('the given records stay as they were', () => {
    fc.assert(
      fc.property(plans, moves, (plan, tries) => {
        const kept: { records: readonly StepRecord[]; copy: StepRecord[] }[] = [];
        play(plan, tries, (before) => kept.push({ records: before, copy: structuredClone([...before]) }));
        for (const { records, copy } of kept) assert.deepEqual(records, copy);
      }),
    );
  });
});

describe('the unwind from any point', () => {
  /** Undoes as the unwind does: begins what is next, and ends it well or badly. */
  function unwind(plan: Plan, from: readonly StepRecord[], fails: (id: StepId) => boolean) {
    const order: StepId[] = [];
    let records = from;
    for (let step = nextUndo(plan, records); step !== null; step = nextUndo(plan, records)) {
      order.push(step.id);
      assert.ok(order.length <= plan.steps.length, 'it never ends');
      const { undoStartedAtMs } = recordOf(records, step.id);
      if (undoStartedAtMs === null) {
        records = applyStepEvent(records, { type: 'undo-started', id: step.id, atMs: 1000 });
      }
      records = applyStepEvent(
        records,
        fails(step.id)
          ? { type: 'undo-failed', id: step.id, atMs: 1001, detail: 'no' }
          : { type: 'undone', id: step.id, atMs: 1001 },
      );
    }
    return { order, records };
  }

  const failing = fc.subarray([...STEP_IDS]);

  it('ends, goes past undos that fail, and leaves no step without an answer', () => {
    fc.assert(
      fc.property(plans, moves, failing, (plan, tries, bad) => {
        const { records } = unwind(plan, play(plan, tries), (id) => bad.includes(id));
        for (const record of records) {
          assert.ok(record.undoEndedAtMs !== null, record.id);
          assert.ok(['undone', 'skipped', 'undo-failed'].includes(record.state), record.state);
        }
        assert.equal(nextUndo(plan, records), null);
      }),
      { numRuns: 2000 },
    );
  });

  it('undoes each step once, last in first out, whether or not it was done', () => {
    fc.assert(
      fc.property(
        moves.map((all) => all.filter(({ type }) => (FORWARD as readonly string[]).includes(type))),
        failing,
        (tries, bad) => {
          const plan = planOf({ disposable: false });
          const { order } = unwind(plan, play(plan, tries), (id) => bad.includes(id));
          assert.deepEqual(
            order,
            unwindOrder(plan).map((step) => step.id),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('of a cluster that lives for one run undoes the cluster alone, and all that was in it with it', () => {
    const plan = planOf({ disposable: true });
    const done = play(
      plan,
      STEP_IDS.flatMap((id): Move[] => [
        { type: 'started', id },
        { type: 'done', id },
      ]),
    );
    const good = unwind(plan, done, () => false);
    assert.deepEqual(good.order, ['cluster']);
    assert.ok(good.records.every((record) => record.state === 'undone'));
    const bad = unwind(plan, done, () => true);
    assert.ok(bad.records.every((record) => record.state === 'undo-failed'));
    assert.equal(recordOf(bad.records, 'claims').detail, 'goes with step cluster, whose undo failed');
  });
});

describe('a step', () => {
  const plan = planOf();
  const after = (...types: StepEvent['type'][]) =>
    types.reduce<readonly StepRecord[]>(
      (records, type, tick) => applyStepEvent(records, eventOf({ type, id: 'cluster' }, tick + 1)),
      initialProgress(plan),
    );

  const possible: [StepEvent['type'][], StepRecord['state']][] = [
    [[], 'pending'],
    [['started'], 'running'],
    [['started', 'done'], 'done'],
    [['started', 'failed'], 'failed'],
    [['started', 'failed', 'started', 'done'], 'done'],
    [['started', 'failed', 'held'], 'held'],
    [['held'], 'held'],
    [['started', 'failed', 'held', 'started', 'done'], 'done'],
    [['started', 'done', 'started'], 'running'],
    [['started', 'failed', 'skipped'], 'skipped'],
    [['started', 'failed', 'held', 'skipped'], 'skipped'],
    [['started', 'failed', 'held', 'undo-started', 'undone'], 'undone'],
    [['skipped'], 'skipped'],
    [['started', 'undo-started'], 'running'],
    [['started', 'done', 'undo-started', 'undone'], 'undone'],
    [['started', 'done', 'undo-started', 'undo-failed'], 'undo-failed'],
    [['started', 'done', 'undo-started', 'undo-failed', 'undo-started', 'undone'], 'undone'],
    [['undo-started', 'undone'], 'skipped'],
  ];
  for (const [events, state] of possible) {
    it(`is ${state} after ${events.join(', ') || 'nothing'}`, () => {
      assert.equal(recordOf(after(...events), 'cluster').state, state);
    });
  }

  const impossible: StepEvent['type'][][] = [
    ['done'],
    ['failed'],
    ['started', 'started'],
    ['started', 'skipped'],
    ['started', 'held'],
    ['started', 'done', 'held'],
    ['skipped', 'started'],
    ['started', 'done', 'skipped'],
    ['started', 'done', 'undo-started', 'started'],
    ['started', 'undo-started', 'done'],
    ['undo-started', 'started'],
    ['undo-started', 'undo-started'],
    ['started', 'done', 'undone', 'undone'],
    ['started', 'done', 'undone', 'undo-started'],
    ['started', 'done', 'undone', 'started'],
    ['undone', 'undo-started'],
    ['started', 'done', 'undo-failed', 'undone'],
    ['started', 'done', 'undo-failed', 'started'],
  ];
  for (const events of impossible) {
    it(`is never told ${events.at(-1)} after ${events.slice(0, -1).join(', ') || 'nothing'}`, () => {
      assert.ok(after(...events.slice(0, -1)));
      assert.throws(() => after(...events), ImpossibleStepEvent);
    });
  }

  it('that goes with another has no undo of its own', () => {
    const records = initialProgress(planOf({ disposable: true }));
    for (const type of BACK) {
      assert.throws(() => applyStepEvent(records, eventOf({ type, id: 'claims' }, 1)), ImpossibleStepEvent);
    }
  });

  it('that no plan holds cannot be told of', () => {
    const records = initialProgress({ steps: plan.steps.slice(0, 1) });
    assert.throws(
      () => applyStepEvent(records, { type: 'started', id: 'claims', atMs: 1 }),
      ImpossibleStepEvent,
    );
  });

  it('that failed and is tried again starts afresh, its error forgotten', () => {
    const record = recordOf(after('started', 'failed', 'started'), 'cluster');
    assert.deepEqual([record.startedAtMs, record.endedAtMs, record.detail], [3, null, null]);
  });

  it('that is held keeps its error and the time at which it failed', () => {
    const record = recordOf(after('started', 'failed', 'held'), 'cluster');
    assert.deepEqual([record.endedAtMs, record.detail], [2, 'held at 3']);
  });

  it('that was never begun is undone all the same and reads skipped: there was nothing to take back', () => {
    const record = recordOf(after('undo-started', 'undone'), 'cluster');
    assert.deepEqual([record.state, record.detail], ['skipped', 'never begun']);
    assert.equal(recordOf(after('skipped', 'undone'), 'cluster').detail, 'skipped at 1');
  });
});

describe('the step that is worked on', () => {
  it('is the running one, then the held one, then the one that is being undone, else none', () => {
    const plan = planOf();
    assert.equal(currentStep(initialProgress(plan)), null);
    const running = play(plan, [{ type: 'started', id: 'cluster' }]);
    assert.equal(currentStep(running)?.id, 'cluster');
    const held = play(plan, [{ type: 'held', id: 'workload' }]);
    assert.equal(currentStep(held)?.id, 'workload');
    const undoing = applyStepEvent(running, { type: 'undo-started', id: 'claims', atMs: 9 });
    assert.equal(currentStep(undoing)?.id, 'claims');
    const over = play(plan, [
      { type: 'started', id: 'cluster' },
      { type: 'undone', id: 'cluster' },
    ]);
    assert.equal(currentStep(over), null);
  });
});
