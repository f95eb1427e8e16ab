import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { RunReport } from '../../src/report/report.ts';
import { accountOf, verdictProblems } from './claims-check.ts';

const folder = mkdtempSync(join(tmpdir(), 'sandtide-claims-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A report of three claims, two ready and one unknown, with timelines of these indexes. */
function reportWith(indexes: number[], changes: Partial<Record<string, unknown>> = {}): RunReport {
  const path = join(folder, `${Math.random()}.gz`);
  const lines = indexes.map((index) => JSON.stringify({ index, end: index < 2 ? 'ready' : 'unknown' }));
  writeFileSync(path, gzipSync(lines.join('\n')));
  return {
    claims: { due: 3, ready: 2, failed: 0, timedOut: 0, notSubmitted: 0, unknown: 1 },
    ending: 'completed',
    files: { claims: path },
    spec: { load: { total: 3 } },
    verdict: 'suspect',
    verdictReasons: ['The end of 1 of 3 claims is unknown.'],
    versions: {},
    ...changes,
  } as unknown as RunReport;
}

describe('the account of claims', () => {
  it('is in order where each claim due has one end and one timeline', () => {
    assert.deepEqual(accountOf(reportWith([0, 1, 2])).problems, []);
  });

  it('tells of a claim that was counted twice', () => {
    const { account, problems } = accountOf(reportWith([0, 1, 2, 2]));
    assert.equal(account?.twice, 1);
    assert.deepEqual(problems, ['claims counted twice: 1 against 0']);
  });

  it('tells of a claim without an end, and of one without a timeline', () => {
    const claims = { due: 3, ready: 2, failed: 0, timedOut: 0, notSubmitted: 0, unknown: 0 };
    assert.equal(accountOf(reportWith([0, 1, 2], { claims })).account?.lost, 1);
    assert.deepEqual(accountOf(reportWith([0, 1])).problems, ['claims due against timelines: 3 against 2']);
  });

  it('tells of arrivals that the spec asks for and nobody knows of', () => {
    const spec = { load: { total: 4 } };
    assert.deepEqual(accountOf(reportWith([0, 1, 2], { spec })).problems, [
      'claims due against the spec: 3 against 4',
    ]);
  });
});

describe('a verdict', () => {
  it('that tells of what is not known is in order', () => {
    assert.deepEqual(verdictProblems(reportWith([])), []);
  });

  it('that hides it is not', () => {
    const hidden = reportWith([], { verdict: 'valid', verdictReasons: [] });
    assert.equal(verdictProblems(hidden).length, 1);
  });

  it('is never valid without one ready claim, nor silent about network faults', () => {
    assert.equal(verdictProblems(reportWith([], { claims: null })).length, 1);
    assert.equal(verdictProblems(reportWith([], { versions: { faults: 'sha256:0' } })).length, 1);
  });
});
