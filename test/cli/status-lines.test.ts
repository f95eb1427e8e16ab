import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { statusLines } from '../../src/cli/status-lines.ts';
import type { StepRecord } from '../../src/domain/progress.ts';
import { painter } from '../../src/report/paint.ts';
import type { RunStatus } from '../../src/report/run-status.ts';
import { anyText } from '../support/any-text.ts';
import { after, CLAIMS, HELD, status } from './sample-status.ts';

const plain = { width: 80, paint: painter(false) };

function lines(of: RunStatus, nowMs = 10_000): string[] {
  return statusLines(of, nowMs, plain);
}

describe('a run as lines', () => {
  it('shows what is done, what runs since when, and what is to come', () => {
    const steps = after(['started', 'cluster'], ['done', 'cluster'], ['started', 'agent-sandbox']);
    const activity = { message: 'waiting for CRDs', attempt: 1, lastFailure: null };
    assert.deepEqual(lines(status({ steps, activity })), [
      'nightly  create-cluster, 10s',
      `✓ create cluster st-nightly-0123456789 (local)${'1.00 s'.padStart(34)}`,
      `▶ install agent-sandbox in agent-sandbox-system${'7s'.padStart(33)}`,
      '    waiting for CRDs',
      '○ create namespace st-nightly-0123456789 and template st-nightly-…',
      '○ fill warm pool st-nightly-0123456789 with 20 sandboxes',
      '○ run 200 claims',
    ]);
  });

  it('says why a step is tried again', () => {
    const activity = { message: '', attempt: 3, lastFailure: 'no port\nis free' };
    const shown = lines(status({ steps: after(['started', 'cluster']), activity }));
    assert.equal(shown[2], '    attempt 3, after: no port is free');
    assert.match(shown[3] ?? '', /^○/);
  });

  it('shows the load with its percentiles, warm and cold apart', () => {
    const steps = after(
      ...(['cluster', 'agent-sandbox', 'workload', 'warm-pool'] as const).flatMap((id) => [
        ['started', id] as ['started', typeof id],
        ['done', id] as ['done', typeof id],
      ]),
      ['started', 'claims'],
    );
    assert.deepEqual(lines(status({ steps, claims: CLAIMS })).slice(-3), [
      '    120 of 200 due, 118 sent, 108 ready, 2 failed, 9 alive',
      '    due → ready p50 42.1 ms p99 420 ms, warm p50 39.9 ms p99 59.1 ms,',
      '    cold p50 341 ms p99 441 ms',
    ]);
    const none = lines(status({ steps, claims: { ...CLAIMS, dueToReady: {} } }));
    assert.ok(none.every((line) => !line.includes('p50')));
  });

  it('shows a hold under its step: until when, what it costs, and what to type', () => {
    const steps = after(['started', 'claims'], ['failed', 'claims'], ['held', 'claims']);
    assert.deepEqual(lines(status({ phase: 'run-claims', steps, hold: HELD })).slice(-9), [
      `⏸ run 200 claims${'1.00 s'.padStart(64)}`,
      '    it broke',
      '    run-claims is held (hold 1): taken down in 51s unless you decide',
      '    a held hour costs 5 node hours (general 1, sandbox 4)',
      '    evidence: /runs/nightly/evidence on worker-1',
      '    sandtide retry nightly # try the stage again',
      '    sandtide skip nightly # leave the stage out; it counts as failed',
      '    sandtide extend nightly --by 30m # hold for 30m more',
      '    sandtide teardown nightly # take everything down now',
    ]);
  });

  it('keeps showing the error of a step while it is being undone', () => {
    const failing = after(['started', 'cluster'], ['failed', 'cluster']);
    assert.ok(lines(status({ steps: failing })).some((line) => line.startsWith('✗ create cluster')));
    const undoing = after(['started', 'cluster'], ['failed', 'cluster'], ['undo-started', 'cluster']);
    assert.deepEqual(lines(status({ steps: undoing })).slice(1, 3), [
      `↩ delete cluster st-nightly-0123456789${'7s'.padStart(42)}`,
      '    it broke',
    ]);
  });

  it('says which undo failed, and what goes with it', () => {
    const steps = after(['started', 'cluster'], ['undo-started', 'cluster'], ['undo-failed', 'cluster']);
    const shown = lines(status({ steps }));
    assert.match(shown[1] ?? '', /^‼ delete cluster .*1\.00 s$/);
    assert.equal(shown[2], '    it broke');
    assert.match(shown[3] ?? '', /^‼ uninstall agent-sandbox .*with cluster$/);
  });

  it("a guard's phase stands where its time would say nothing", () => {
    assert.equal(lines(status({ phase: 'guard: unwinding' }))[0], 'nightly  guard: unwinding');
    assert.equal(lines(status({ phase: 'preparing', steps: [] }))[0], 'nightly  preparing, 10s');
  });

  it('lets no message rewrite the terminal', () => {
    const message = '\u001B[2J\u001B]0;title\u0007one\r\ntwo\u202Ereversed';
    const shown = lines(
      status({
        steps: after(['started', 'cluster']),
        activity: { message, attempt: 2, lastFailure: message },
      }),
    ).join('\n');
    assert.ok(shown.includes('one tworeversed'), shown);
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    assert.ok(!/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/.test(shown));
  });

  it('no line is ever wider than the terminal, whatever the texts', () => {
    const text = fc.oneof(fc.string({ maxLength: 300 }), anyText({ maxLength: 60 }));
    const time = fc.option(fc.integer({ min: 0, max: 4e8 }));
    const step = fc.record({
      title: text,
      undoTitle: text,
      detail: fc.option(text),
      state: fc.constantFrom<StepRecord['state']>(
        ...(['pending', 'running', 'done', 'failed', 'held', 'skipped', 'undone', 'undo-failed'] as const),
      ),
      startedAtMs: time,
      endedAtMs: time,
      undoStartedAtMs: time,
      undoEndedAtMs: time,
      id: fc.constantFrom('cluster' as const),
      stage: fc.constantFrom('create-cluster' as const),
      absorbedBy: fc.constantFrom(null, 'cluster' as const),
    });
    const any = fc.record({
      runName: text,
      phase: fc.constantFrom('run-claims', 'preparing', 'guard: unwinding'),
      startedAtMs: fc.integer({ min: 0, max: 4e8 }),
      steps: fc.array(step, { maxLength: 6 }),
      hold: fc.constantFrom(null, HELD),
      activity: fc.option(fc.record({ message: text, attempt: fc.nat(), lastFailure: fc.option(text) })),
      claims: fc.constantFrom(null, CLAIMS),
    });
    fc.assert(
      fc.property(any, fc.integer({ min: 20, max: 200 }), fc.boolean(), (of, width, colour) => {
        for (const line of statusLines(of, 4e8, { width, paint: painter(colour) })) {
          assert.ok(stripVTControlCharacters(line).length <= width, line);
          assert.ok(!line.includes('\n'));
        }
      }),
      { numRuns: 100 },
    );
  });
});
