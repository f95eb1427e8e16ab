import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { compareRuns } from '../../src/compare/compare-runs.ts';
import type { Comparison } from '../../src/compare/comparison.ts';
import type { ReadRun } from '../../src/compare/read-run.ts';
import { renderComparisonHtml } from '../../src/compare/render-html.ts';
import { renderComparison } from '../../src/compare/render-text.ts';
import { settingDifferences } from '../../src/compare/setting-differences.ts';
import { UnworkableError } from '../../src/domain/errors.ts';
import { painter } from '../../src/report/paint.ts';
import { claim, claims, run } from './run-samples.ts';

const compare = (a: ReadRun[], b: ReadRun[], anyway = false): Comparison => compareRuns(a, b, { anyway });
const metric = (comparison: Comparison, name: string) =>
  comparison.metrics.find((each) => each.metric === name) ?? assert.fail(`no ${name}`);

const A = run('a', claims(300, 100));
/** The setting of `A` with a part of its report's spec changed. */
const withSpec = (changed: object): ReadRun =>
  run('changed', A.claims, { spec: { ...A.report.spec, ...changed } });

describe('the verdict says what B is beside A', () => {
  const failing = claims(300, 100).map((each, index) =>
    index % 5 === 0 ? { ...each, end: 'timed-out' as const, readyMs: null } : each,
  );
  const slowTail = claims(1500, 100).map((each, index) => (index % 50 === 0 ? claim(index, 900) : each));
  const cold = claims(300, 100).map((each, index) =>
    index % 3 === 0 ? { ...each, launch: 'cold' as const } : each,
  );
  const cases: [what: string, a: ReadRun, b: ReadRun, verdict: string, by: string][] = [
    ['the same claims', A, run('b', claims(300, 100)), 'no difference', 'dueToReady warm'],
    ['slower ones', A, run('b', claims(300, 130)), 'worse', 'dueToReady warm'],
    ['quicker ones', A, run('b', claims(300, 70)), 'better', 'dueToReady warm'],
    ['slower by too little to matter', A, run('b', claims(300, 103)), 'no difference', 'dueToReady warm'],
    ['one in five that timed out', A, run('b', failing), 'worse', 'failedFraction'],
    [
      'a few that took much longer',
      run('a', claims(1500, 100)),
      run('b', slowTail),
      'worse',
      'dueToReady all',
    ],
    ['a third that were cold starts', A, run('b', cold), 'worse', 'warmFraction'],
  ];
  for (const [what, a, b, verdict, by] of cases) {
    it(what, () => {
      const comparison = compare([a], [b]);
      assert.equal(comparison.verdict, verdict);
      assert.equal(metric(comparison, by).verdict, verdict);
    });
  }
});

test('better for some and worse for others is mixed', () => {
  const apart = (warmMs: number, coldMs: number) =>
    claims(400, 1).map(({ index }) =>
      index % 2 === 0
        ? claim(index, warmMs + (index % 7))
        : claim(index, coldMs + (index % 7), { launch: 'cold' }),
    );
  assert.equal(compare([run('a', apart(100, 1000))], [run('b', apart(70, 2000))]).verdict, 'mixed');
});

test('of several runs each is one observation, and what differs from run to run is noise', () => {
  const levels = (...all: number[]) => all.map((ms, index) => run(`run-${index}`, claims(100, ms)));
  const noisy = compare(levels(100, 150, 120), levels(140, 110, 160));
  assert.equal(noisy.unit, 'run');
  assert.equal(noisy.verdict, 'no difference');
  assert.equal(compare(levels(100, 104, 102), levels(203, 199, 207)).verdict, 'worse');
});

test('one run of each comes with the warning that it says nothing of the next', () => {
  assert.match(compare([A], [A]).warnings.join(), /not independent/);
  assert.deepEqual(compare([A, A], [A, A]).warnings, []);
});

test('what only one side has is shown, and judged by nobody', () => {
  const cold = run(
    'cold',
    claims(300, 100).map((each) => ({ ...each, launch: 'cold' as const })),
  );
  const compared = metric(compare([A], [cold]), 'dueToReady cold');
  assert.deepEqual(
    [compared.a, compared.verdict, compared.because],
    [null, 'no difference', 'nothing of it on side A'],
  );
});

test('too few claims tell nothing', () => {
  const few = compare([run('a', claims(4, 100))], [run('b', claims(4, 900))]);
  assert.equal(few.verdict, 'no difference');
  assert.equal(metric(few, 'dueToReady warm').because, 'too few claims to tell');
});

test('another load is refused by name, and compared all the same where that is asked for', () => {
  const other = withSpec({ load: { ...A.report.spec.load, readyTimeout: '1s' } });
  assert.throws(
    () => compare([A], [other]),
    (error) => {
      assert.ok(error instanceof UnworkableError);
      assert.match(error.message, /load\.readyTimeout is 180s in one and 1s in the other/);
      return true;
    },
  );
  assert.match(compare([A], [other], true).warnings.join(), /Compared all the same: load\.readyTimeout/);
});

test('runs of one side have to be of one setting', () => {
  const { controller } = A.report.spec.agentSandbox;
  const other = withSpec({
    agentSandbox: { ...A.report.spec.agentSandbox, controller: { ...controller, claimWorkers: 1 } },
  });
  assert.equal(compare([A], [other]).differences[0]?.what, 'agentSandbox.controller.claimWorkers');
  assert.throws(() => compare([A, other], [A, A]), /claimWorkers \(within A: a and changed\)/);
});

test('invalid figures are refused, suspect ones told', () => {
  const judged = (verdict: 'invalid' | 'suspect') =>
    run('b', A.claims, { verdict, verdictReasons: ['It rained.'] });
  assert.throws(() => compare([A], [judged('invalid')]), /the figures of b are invalid \(It rained\.\)/);
  assert.match(
    compare([A], [judged('suspect')]).warnings.join(),
    /The figures of b are suspect: It rained\./,
  );
});

test('a run differs from itself in nothing; versions, nodes and machine are told by name', () => {
  const { report } = A;
  assert.deepEqual(
    settingDifferences(report, { ...report, spec: { ...report.spec, description: 'another' } }),
    [],
  );
  const elsewhere = {
    ...report,
    versions: { ...report.versions, node: '25.0.0' },
    cluster: { provider: 'local', name: 'x', location: 'y', nodes: { general: 1, sandbox: 9 } },
    files: { ...report.files, host: 'bench-2' },
  };
  const names = settingDifferences(report, elsewhere).map(({ what }) => what);
  assert.deepEqual(names, ['host', 'nodes.sandbox', 'versions.node']);
});

test('it is told in a terminal and in one HTML file, which takes no text for markup and asks for nothing else', () => {
  const comparison = compare([run('<a>', A.claims)], [run('b', claims(300, 130))]);
  const text = renderComparison(comparison, { paint: painter(false), width: 100 });
  assert.match(text, /verdict +B is worse: dueToReady all worse by most claims/);
  assert.match(text, /dueToReady warm \*/);
  const html = renderComparisonHtml(comparison);
  assert.match(html, /&lt;a&gt;/);
  assert.doesNotMatch(html, /<a>|https?:|<script|src=|@import|url\(/);
  assert.match(html, /<polyline class="a" points="[\d., ]+"/);
  assert.doesNotMatch(html, /NaN|Infinity|undefined/);
  assert.deepEqual(JSON.parse(JSON.stringify(comparison)), comparison);
});
