import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guardSteps } from '../../src/cli/guard-steps.ts';
import { createPlainView } from '../../src/cli/plain-view.ts';
import { after, CLAIMS, HELD, status } from './sample-status.ts';

function watched() {
  const written: string[] = [];
  const clock = { nowMs: 0 };
  const view = createPlainView({ write: (text) => written.push(text) }, () => clock.nowMs);
  return { view, written, clock };
}

describe('a run in a log', () => {
  it('has a line for each change of a step, and none for what stays', () => {
    const { view, written, clock } = watched();
    view.update(status());
    for (const steps of [
      after(['started', 'cluster']),
      after(['started', 'cluster']),
      after(['started', 'cluster'], ['done', 'cluster'], ['started', 'agent-sandbox']),
      after(['started', 'cluster'], ['done', 'cluster'], ['started', 'agent-sandbox']),
    ]) {
      clock.nowMs += 1_000;
      view.update(status({ steps }));
    }
    assert.deepEqual(written, [
      '[1s] create cluster st-nightly-0123456789 (local)\n',
      '[3s] done: create cluster st-nightly-0123456789 (local) (1.00 s)\n',
      '[3s] install agent-sandbox in agent-sandbox-system\n',
    ]);
  });

  it('tells a failure even where it is first seen when its undo has begun, and undos last in first out', () => {
    const { view, written } = watched();
    view.update(status({ steps: after(['started', 'cluster']) }));
    view.update(
      status({ steps: after(['started', 'cluster'], ['failed', 'cluster'], ['undo-started', 'cluster']) }),
    );
    view.update(
      status({
        steps: after(
          ['started', 'cluster'],
          ['failed', 'cluster'],
          ['undo-started', 'cluster'],
          ['undone', 'cluster'],
        ),
      }),
    );
    assert.deepEqual(written.slice(1), [
      '[0s] failed: create cluster st-nightly-0123456789 (local) (1.00 s): it broke\n',
      '[0s] delete cluster st-nightly-0123456789\n',
      '[0s] skipped: install agent-sandbox in agent-sandbox-system: never begun\n',
      '[0s] skipped: create namespace st-nightly-0123456789 and template st-nightly-0123456789: never begun\n',
      '[0s] skipped: fill warm pool st-nightly-0123456789 with 20 sandboxes: never begun\n',
      '[0s] skipped: run 200 claims: never begun\n',
      '[0s] undone: delete cluster st-nightly-0123456789 (1.00 s)\n',
    ]);
  });

  it('says once for each attempt why a step is tried again', () => {
    const { view, written } = watched();
    const steps = after(['started', 'cluster']);
    for (const attempt of [1, 2, 2, 3]) {
      const activity = { message: `at work ${attempt}`, attempt, lastFailure: 'no port is free' };
      view.update(status({ steps, activity }));
    }
    assert.deepEqual(written.slice(1), [
      '[0s] attempt 2, after: no port is free\n',
      '[0s] attempt 3, after: no port is free\n',
    ]);
  });

  it('names an undo that failed with its reason', () => {
    const { view, written } = watched();
    const steps = after(['started', 'cluster'], ['undo-started', 'cluster'], ['undo-failed', 'cluster']);
    view.update(status({ steps }));
    assert.equal(written.at(-1), '[0s] undo-failed: delete cluster st-nightly-0123456789: it broke\n');
  });

  it("a guard's undos read as undone, not as never begun", () => {
    const { view, written } = watched();
    const steps = guardSteps(after(['undo-started', 'cluster'], ['undone', 'cluster']));
    view.update(status({ phase: 'guard: unwinding', steps }));
    assert.equal(written.at(-1), '[0s] undone: delete cluster st-nightly-0123456789 (1.00 s)\n');
    assert.ok(written.every((line) => line.startsWith('[0s] undone')));
  });

  it('has the figures of the load every five seconds, unless they are the same', () => {
    const { view, written, clock } = watched();
    for (let second = 0; second <= 20; second += 1) {
      clock.nowMs = second * 1_000;
      const ready = second < 12 ? second : 12;
      view.update(status({ claims: { ...CLAIMS, ready } }));
    }
    const told = written.map((line) => /^\[(\d+s)\] claims: .* (\d+) ready/.exec(line)?.slice(1));
    assert.deepEqual(told, [
      ['0s', '0'],
      ['5s', '5'],
      ['10s', '10'],
      ['15s', '12'],
    ]);
  });

  it('notes are one line each, without escape sequences', () => {
    const { view, written } = watched();
    view.note('one\ntwo \u001B[31mred');
    assert.deepEqual(written, ['one two red\n']);
  });

  it('tells of a hold once, with what to type, and again when it ends later', () => {
    const { view, written, clock } = watched();
    const steps = after(['started', 'claims'], ['failed', 'claims'], ['held', 'claims']);
    for (const hold of [HELD, HELD, { ...HELD, untilMs: HELD.untilMs + 60_000 }]) {
      clock.nowMs += 1_000;
      view.update(status({ steps, hold }));
    }
    const holds = written.filter((line) => line.includes('is held'));
    assert.deepEqual(holds, [
      '[1s] run-claims is held (hold 1): taken down in 1m unless you decide\n',
      '[3s] run-claims is held (hold 1): taken down in 1m58s unless you decide\n',
    ]);
    assert.ok(written.includes('[1s] sandtide retry nightly # try the stage again\n'));
    assert.equal(written[0], '[1s] held: run 200 claims (1.00 s): it broke\n');
  });
});
