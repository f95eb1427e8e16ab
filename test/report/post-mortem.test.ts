import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextSteps } from '../../src/report/next-steps.ts';
import { postMortem } from '../../src/report/post-mortem.ts';
import type { RunReport } from '../../src/report/report.ts';
import { REPORTS } from './sample-reports.ts';

const FAILED = REPORTS['failed-in-install-agent-sandbox'];

/** The report with so many tries of the step that failed. */
const tried = (attempts: number | null): RunReport => ({
  ...FAILED,
  steps: FAILED.steps.map((step) => (step.id === 'warm-pool' ? { ...step, attempts } : step)),
});
const said = (report: RunReport, about: string): string[] =>
  postMortem(report)
    .filter((finding) => finding.about === about)
    .map(({ text }) => text);

describe('the post-mortem of a failed run', () => {
  it('says where it failed, how often that was tried, and how long it took', () => {
    const end = (attempts: number | null) => said(tried(attempts), 'failed')[0]?.split('sandboxes')[1];
    assert.match(said(tried(8), 'failed')[0] ?? '', /^install-agent-sandbox: fill warm pool/);
    assert.deepEqual(
      [end(8), end(1), end(null)],
      [', tried 8 times, in 2.40 s', ', tried once, in 2.40 s', ', after 2.40 s'],
    );
  });

  it('names what went well only after several tries, and not the failed step again', () => {
    assert.deepEqual(said(FAILED, 'retried'), ['create cluster st-nightly-0123456789 (local) (3 times)']);
    assert.deepEqual(said(REPORTS['failed-in-create-cluster'], 'retried'), []);
  });

  it('says how often an undo was tried that never succeeded', () => {
    assert.match(said(REPORTS['cleanup-incomplete'], 'undone')[0] ?? '', /, tried 14 times: process 4711/);
  });
});

describe('what to type next after a failure', () => {
  const first = (files: string[]) =>
    nextSteps({
      ...FAILED,
      evidence: {
        host: 'b',
        folder: '/my runs/x',
        files: files.map((name) => ({ name, bytes: 1 })),
        problems: [],
      },
    })[0]?.command;

  it('begins with what was not ready, or else with the list of what was kept, as one word of a shell', () => {
    assert.equal(first(['contents.txt', 'unready.txt']), "less '/my runs/x/unready.txt'");
    assert.equal(first(['contents.txt', 'etcd.log']), "less '/my runs/x/contents.txt'");
  });

  it('is something else where nothing was kept', () => {
    const none = { host: null, folder: null, files: [], problems: ['the disk is full'] };
    for (const evidence of [none, null])
      assert.match(nextSteps({ ...FAILED, evidence })[0]?.command ?? '', /^temporal workflow show/);
  });
});
