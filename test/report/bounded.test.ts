import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildReport } from '../../src/report/build-report.ts';
import type { ReportRequest } from '../../src/report/build-report.ts';
import { MOST_REPORT_BYTES } from '../../src/report/bounded.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { anyText } from '../support/any-text.ts';
import { CONTEXT, FINDINGS, forward, sampleRequest, sampleWindow, unwound } from './sample-run.ts';

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('a report that has too much to tell', () => {
  const errors = Object.fromEntries(
    Array.from({ length: 3000 }, (_, index) => [
      `ReadyTimeout: reason ${index} ${'x'.repeat(300)}`,
      index + 1,
    ]),
  );
  const leftovers = Array.from({ length: 5000 }, (_, index) => ({
    kind: 'disk',
    name: `disk-${index}`,
    detail: 'y'.repeat(500),
  }));
  const report = buildReport(
    sampleRequest({
      findings: { ...FINDINGS, windows: [sampleWindow({ errors })] },
      unwound: { leftovers, undoFailed: 0 },
      steps: unwound(forward({ id: 'claims', detail: 'z'.repeat(100_000) })),
    }),
    CONTEXT,
  );

  it('keeps within its bound', () => {
    assert.ok(bytes(report) <= MOST_REPORT_BYTES, String(bytes(report)));
  });

  it('says how many leftovers it does not list', () => {
    assert.equal(report.leftoverCount, 5000);
    assert.ok(report.leftovers.length >= 10);
    assert.match(
      renderMarkdown(report),
      new RegExp(`and ${(5000 - report.leftovers.length).toLocaleString('en-US')} more`),
    );
  });

  it('keeps the most frequent errors, and the count of all', () => {
    const counts = Object.values(report.errors);
    assert.equal(Object.entries(report.errors)[0]?.[1], 3000);
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      (3000 * 3001) / 2,
    );
    assert.match(Object.keys(report.errors).at(-1) ?? '', /^\(\d+ other reasons\)$/);
  });

  it('an ordinary report loses nothing', () => {
    const { leftovers: _, ...ordinary } = buildReport(sampleRequest(), CONTEXT);
    assert.ok(bytes(ordinary) < MOST_REPORT_BYTES / 4);
    assert.ok(!JSON.stringify(ordinary).includes('…'));
  });
});

describe('any request', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    anyText({ maxLength: 200 }),
    fc.integer({ min: 0, max: 50_000 }).map((length) => '日'.repeat(length)),
    fc.constantFrom('\uD800', '\u0000'.repeat(3000), '__proto__', '"\\'.repeat(2000)),
  );
  const amount = fc.nat({ max: 1_000_000 });
  const window = fc
    .record({
      due: amount,
      submitted: amount,
      ready: amount,
      failed: amount,
      timedOut: amount,
      notSubmitted: amount,
      unknown: amount,
      warm: amount,
      cold: amount,
      launchUnknown: amount,
    })
    .chain((counts) =>
      fc.dictionary(text, amount, { maxKeys: 60 }).map((errors) => sampleWindow({ counts, errors })),
    );
  const request: fc.Arbitrary<Partial<ReportRequest>> = fc.record({
    findings: fc.record({
      cluster: fc
        .constantFrom(null, FINDINGS.cluster)
        .chain((cluster) =>
          fc
            .dictionary(text, text, { maxKeys: 80 })
            .map((components) => cluster && { ...cluster, components }),
        ),
      installation: fc
        .array(text, { maxLength: 80 })
        .map((controllerArgs) => FINDINGS.installation && { ...FINDINGS.installation, controllerArgs }),
      warmPool: fc.constantFrom(null, FINDINGS.warmPool),
      windows: fc.array(window, { maxLength: 3 }),
      controllerHistogram: fc.constantFrom(null, FINDINGS.controllerHistogram),
      evidence: fc.option(
        fc.record({
          host: fc.constant('bench-1'),
          folder: fc.constant('/srv/bench/runs/nightly/evidence'),
          files: fc.array(fc.record({ name: fc.constant('events.txt'), bytes: amount }), { maxLength: 40 }),
          problems: fc.array(text, { maxLength: 60 }),
        }),
        { nil: null },
      ),
    }),
    ending: fc.oneof(
      fc.record({
        kind: fc.constant('completed' as const),
        thresholdsMissed: fc.array(text, { maxLength: 70 }),
      }),
      fc.record({
        kind: fc.constant('failed' as const),
        stage: fc.constantFrom('create-cluster', 'run-claims'),
        step: fc.constantFrom('cluster', 'claims'),
        errorType: text,
        message: text,
      }),
      fc.constant({ kind: 'cancelled' as const }),
    ),
    unwound: fc.record({
      leftovers: fc.array(fc.record({ kind: text, name: text, detail: text }), { maxLength: 100 }),
      undoFailed: fc.nat({ max: 5 }),
    }),
    steps: text.map((detail) => unwound(forward({ id: 'claims', detail }))),
  });

  it('gives a report that is JSON-safe, bounded, and can be printed', () => {
    fc.assert(
      fc.property(request, fc.boolean(), (changes, cutShort) => {
        const report = buildReport(sampleRequest(changes), { ...CONTEXT, cutShort });
        assert.ok(bytes(report) <= MOST_REPORT_BYTES, String(bytes(report)));
        assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
        assert.equal(
          report.outcome === 'cleanup-incomplete',
          report.leftoverCount > 0 || (changes.unwound?.undoFailed ?? 0) > 0,
        );
        assert.ok(renderMarkdown(report).startsWith('# Run nightly: '));
        assert.ok(renderTerminal(report, { colour: true, width: 80 }).includes(report.outcome));
      }),
      { numRuns: 25 },
    );
  });
});
