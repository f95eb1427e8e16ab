import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome, Verdict } from '../../src/domain/outcomes.ts';
import { initialProgress } from '../../src/domain/progress.ts';
import { buildReport } from '../../src/report/build-report.ts';
import type { ReportContext, ReportRequest } from '../../src/report/build-report.ts';
import type { ReportFindings } from '../../src/report/report-findings.ts';
import {
  CONTEXT,
  FINDINGS,
  forward,
  PLAN,
  sampleRequest,
  sampleWindow,
  SPEC,
  unwound,
} from './sample-run.ts';

const COUNTS = sampleWindow().counts;
const LEFT = { leftovers: [{ kind: 'process', name: 'etcd', detail: '' }], undoFailed: 0 };
const FAILED = {
  kind: 'failed',
  stage: 'run-claims',
  step: 'claims',
  errorType: 'Unavailable',
  message: 'it broke',
} as const;

function found(changes: Partial<ReportFindings>): Partial<ReportRequest> {
  return { findings: { ...FINDINGS, ...changes } };
}
const counted = (counts: Partial<typeof COUNTS>, errors: Record<string, number> = {}) =>
  found({ windows: [sampleWindow({ counts: { ...COUNTS, ...counts }, errors })] });

interface Case {
  claim: string;
  request: Partial<ReportRequest>;
  context?: Partial<ReportContext>;
  outcome: Outcome;
  verdict: Verdict;
  /** In the first reason of the verdict. */
  because?: RegExp;
  errorType?: string;
}

describe('a load that an operator changed on its way', () => {
  const windows = [
    sampleWindow({ counts: { ...COUNTS, due: 190, submitted: 190, ready: 190, warm: 190, cold: 0 } }),
  ];
  const of = (kind: 'changed' | 'gap') => {
    const note = { atMs: 0, window: 0, kind, text: 'paused', who: null };
    const notes = { first: [note], newest: [], between: 0 };
    const soak = { series: null, notes, dropped: { windows: 0, claims: 0 }, continued: 0 };
    return buildReport(sampleRequest({ ...found({ windows }), soak }), CONTEXT);
  };

  it('is held against no number of claims and no rate that the spec asked for', () => {
    const { verdictReasons, rates } = of('changed');
    assert.doesNotMatch(verdictReasons.join(), /asked claims fell due/);
    assert.equal(rates?.targetQps, null);
  });

  it('but one that was not is', () => {
    assert.match(of('gap').verdictReasons.join(), /190 of the 200 asked claims fell due/);
  });
});

const CASES: Case[] = [
  { claim: 'all claims ready and nothing left has passed', request: {}, outcome: 'passed', verdict: 'valid' },
  {
    claim: 'failed claims over the threshold miss it, though the numbers are valid',
    request: counted({ ready: 198, warm: 178, failed: 1, timedOut: 1 }, { ExecFailed: 1, ReadyTimeout: 1 }),
    outcome: 'thresholds-missed',
    verdict: 'valid',
  },
  {
    claim: 'no claims where none were asked for has passed, without a number to its name',
    request: {
      ...found({ windows: [] }),
      run: { plan: PLAN, spec: { ...SPEC, through: 'install-agent-sandbox' } },
      steps: initialProgress(PLAN),
    },
    outcome: 'passed',
    verdict: 'invalid',
    because: /No claim was sent/,
  },
  {
    claim: 'failed claims within the threshold pass',
    request: {
      ...counted({ ready: 198, warm: 178, failed: 1, timedOut: 1 }, { ExecFailed: 1, ReadyTimeout: 1 }),
      run: { plan: PLAN, spec: { ...SPEC, thresholds: ['failedFraction <= 1%'] } },
    },
    outcome: 'passed',
    verdict: 'valid',
  },
  {
    claim: 'thresholds that the workflow has found missed already stay missed',
    request: { ending: { kind: 'completed', thresholdsMissed: ['drift'] } },
    outcome: 'thresholds-missed',
    verdict: 'valid',
  },
  {
    claim: 'no ready claim is a failure for want of data, whatever the threshold',
    request: {
      ...counted({ ready: 0, warm: 0, cold: 0, failed: 200 }, { Conflict: 200 }),
      run: { plan: PLAN, spec: { ...SPEC, thresholds: ['failedFraction <= 100%'] } },
    },
    outcome: 'failed',
    verdict: 'invalid',
    because: /No claim became ready/,
    errorType: 'NoData',
  },
  {
    claim: 'no window at all is a failure for want of data',
    request: found({ windows: [], controllerHistogram: null }),
    outcome: 'failed',
    verdict: 'invalid',
    because: /nothing is known/,
    errorType: 'NoData',
  },
  {
    claim: 'a run that failed keeps its own error',
    request: {
      ending: FAILED,
      ...found({ windows: [] }),
      steps: unwound(forward({ id: 'claims', detail: 'it broke' })),
    },
    outcome: 'failed',
    verdict: 'invalid',
    errorType: 'Unavailable',
  },
  {
    claim: 'numbers of a run that failed after its load are judged like any',
    request: { ending: FAILED },
    outcome: 'failed',
    verdict: 'valid',
    errorType: 'Unavailable',
  },
  {
    claim: 'a cancelled run says of which claims its numbers are',
    request: {
      ending: { kind: 'cancelled' },
      ...counted({ due: 50, submitted: 50, ready: 50, warm: 45, cold: 5 }),
    },
    context: { cutShort: true },
    outcome: 'cancelled',
    verdict: 'invalid',
    because: /cut short.* 50 of 200 claims/,
  },
  {
    claim: 'a run that was cancelled before its load has no numbers',
    request: { ending: { kind: 'cancelled' }, ...found({ windows: [] }), steps: initialProgress(PLAN) },
    outcome: 'cancelled',
    verdict: 'invalid',
    because: /^No claim was sent\.$/,
  },
  {
    claim: 'leftovers overrule a pass',
    request: { unwound: LEFT },
    outcome: 'cleanup-incomplete',
    verdict: 'valid',
  },
  {
    claim: 'leftovers overrule a failure, whose error stays',
    request: { unwound: LEFT, ending: FAILED },
    outcome: 'cleanup-incomplete',
    verdict: 'valid',
    errorType: 'Unavailable',
  },
  {
    claim: 'leftovers overrule a cancellation',
    request: { unwound: LEFT, ending: { kind: 'cancelled' } },
    outcome: 'cleanup-incomplete',
    verdict: 'valid',
  },
  {
    claim: 'an undo that failed is an incomplete cleanup, even where nothing is found',
    request: { unwound: { leftovers: [], undoFailed: 1 } },
    outcome: 'cleanup-incomplete',
    verdict: 'valid',
  },
  {
    claim: 'claims whose end was lost make the numbers suspect',
    request: counted({ ready: 198, warm: 178, unknown: 2 }),
    outcome: 'passed',
    verdict: 'suspect',
    because: /2 of 200 claims/,
  },
  {
    claim: "a controller that could have been scraped and wasn't makes them suspect",
    request: found({ controllerHistogram: null }),
    outcome: 'passed',
    verdict: 'suspect',
    because: /controller's own histogram/,
  },
  {
    claim: 'a controller that runs in the cluster is not scraped, which says nothing',
    request: found({
      controllerHistogram: null,
      installation: { ...FINDINGS.installation!, process: null },
    }),
    outcome: 'passed',
    verdict: 'valid',
  },
  {
    claim: 'claims that are not accounted for make them invalid',
    request: counted({ ready: 190, warm: 170 }),
    outcome: 'passed',
    verdict: 'invalid',
    because: /200 claims fell due but the end of 190/,
  },
];

describe('outcome and verdict', () => {
  for (const { claim, request, context, outcome, verdict, because, errorType } of CASES) {
    it(claim, () => {
      const report = buildReport(sampleRequest(request), { ...CONTEXT, ...context });
      assert.equal(report.outcome, outcome);
      assert.equal(report.verdict, verdict, report.verdictReasons.join('\n'));
      assert.equal(report.failure?.errorType, errorType);
      assert.equal(report.verdictReasons.length > 0, verdict !== 'valid');
      if (because !== undefined) assert.match(report.verdictReasons[0] ?? '', because);
      assert.equal(report.thresholdsMissed.length > 0, outcome === 'thresholds-missed');
    });
  }
});

describe('figures', () => {
  const report = buildReport(sampleRequest(), CONTEXT);

  it('keep warm and cold apart, at each stage of a claim', () => {
    for (const series of [
      'dueToSent',
      'dueToReady',
      'sentToAcknowledged',
      'sentToBound',
      'boundToReady',
      'sentToReady',
      'exec',
      'sentToReleased',
    ] as const) {
      const { warm, cold, all } = report.latency?.[series] ?? {};
      assert.deepEqual([warm?.count, cold?.count, all?.count], [180, 20, 200], series);
    }
    assert.ok(report.latency!.sentToReady!.cold!.p50Ms > report.latency!.sentToReady!.warm!.p99Ms);
    assert.equal(report.controllerHistogram?.byLaunchType['cold']?.count, 20);
  });

  it('are null where nothing was measured, never 0', () => {
    const bare = buildReport(
      sampleRequest({ ending: FAILED, ...found({ windows: [] }), steps: initialProgress(PLAN) }),
      CONTEXT,
    );
    assert.deepEqual([bare.latency, bare.rates, bare.generator], [null, null, null]);
    assert.equal(bare.claims?.submitted, 0); // nothing was sent, and that is known
    const lost = buildReport(sampleRequest({ ending: FAILED, ...found({ windows: [] }) }), CONTEXT);
    assert.equal(lost.claims, null);
  });

  it('of a load that was cut short say nothing of the generator', () => {
    const cut = buildReport(sampleRequest({ ending: { kind: 'cancelled' } }), { ...CONTEXT, cutShort: true });
    assert.equal(cut.generator, null);
    assert.equal(cut.claims?.ready, 200);
  });

  it('name versions, digests and flags of everything that ran', () => {
    assert.deepEqual(report.versions, {
      sandtide: '0.1.0',
      node: '24.21.0',
      'temporal-sdk': '1.24.0',
      etcd: '3.6.6 (build)',
      'kube-apiserver': '1.34.2 (build)',
      kwok: '0.7.0 (build)',
      'agent-sandbox-controller': 'v0.5.6 (build)',
      kubernetes: 'v1.34.2',
      'agent-sandbox': 'v0.5.6',
    });
    assert.deepEqual(Object.keys(report.digests), [
      'spec',
      'agent-sandbox-manifests',
      'etcd',
      'kube-apiserver',
    ]);
    assert.deepEqual(report.flags['agent-sandbox-controller'], FINDINGS.installation?.controllerArgs);
    assert.deepEqual(report.flags['etcd'], ['--unsafe-no-fsync=true']);
  });

  it('the digest of a spec is the same in whatever order it was written', () => {
    const turned = Object.fromEntries(Object.entries(SPEC).toReversed()) as typeof SPEC;
    const other = buildReport(sampleRequest({ run: { plan: PLAN, spec: turned } }), CONTEXT);
    assert.equal(other.digests['spec'], report.digests['spec']);
    const changed = { ...SPEC, description: 'another' };
    const third = buildReport(sampleRequest({ run: { plan: PLAN, spec: changed } }), CONTEXT);
    assert.notEqual(third.digests['spec'], report.digests['spec']);
  });

  it('steps have their times, and an undo of their own only where they had one', () => {
    const times = report.steps.map(({ id, durationSeconds, undoDurationSeconds }) => [
      id,
      durationSeconds,
      undoDurationSeconds,
    ]);
    assert.deepEqual(times, [
      ['cluster', 12.3, 2.14],
      ['agent-sandbox', 6.3, null],
      ['workload', 0.4, null],
      ['warm-pool', 2.4, null],
      ['claims', 13.2, null],
    ]);
  });
});
