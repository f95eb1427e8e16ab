import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { concludeActivities } from '../../activities/conclude.ts';
import type { ConclusionRequest } from '../../activities/conclude.ts';
import type { ActivityDeps } from '../../activities/deps.ts';
import { claimName } from '../../src/domain/names.ts';
import { unbegun } from '../../src/load/claim-book.ts';
import { WindowJournal } from '../../src/load/journal.ts';
import type { ClaimTimeline } from '../../src/measure/window-result.ts';
import type { RunReport } from '../../src/report/report.ts';
import { FINDINGS, forward, PLAN, sampleRequest, unwound } from '../report/sample-run.ts';

const REQUEST: ConclusionRequest = {
  ...sampleRequest(),
  findings: {
    ...FINDINGS,
    installation: {
      ...FINDINGS.installation!,
      type: 'Kubernetes',
      process: { command: ['agent-sandbox-controller'], metricsUrl: 'http://127.0.0.1:8080/metrics' },
    },
  },
};
const CANCELLED: ConclusionRequest = {
  ...REQUEST,
  findings: { ...REQUEST.findings, windows: [] },
  ending: { kind: 'cancelled' },
  steps: unwound(forward({ id: 'claims', detail: 'cancelled' })),
};

async function baseOf(t: TestContext): Promise<string> {
  const base = await mkdtemp(join(tmpdir(), 'sandtide-conclude-'));
  t.after(() => rm(base, { recursive: true, force: true }));
  return base;
}

/** Runs the activity as the worker whose folder is `base`, at this attempt. */
function write(base: string, request: ConclusionRequest, attempt = 1): Promise<RunReport> {
  const deps: Pick<ActivityDeps, 'baseFolder' | 'host' | 'versions'> = {
    baseFolder: base,
    host: 'bench-1',
    versions: { sandtide: '0.1.0' },
  };
  const activities = concludeActivities(deps as ActivityDeps);
  return new MockActivityEnvironment({ attempt }, { logger: new DefaultLogger('ERROR') }).run(() =>
    activities.writeRunReport(request),
  );
}

async function journal(base: string, owner: string, claims: Partial<ClaimTimeline>[]): Promise<void> {
  const opened = await WindowJournal.open(join(base, 'runs', 'nightly'), 0);
  for (const [index, claim] of claims.entries()) {
    const ended = { ...unbegun(index, claimName(owner, 0, index), 1000 + index), ...claim };
    await opened.append({ ended });
    await opened.append({ released: { index, atMs: 3000 } });
  }
  await opened.close();
}

const READY = { end: 'ready', launch: 'warm', sentMs: 1001, readyMs: 1041 } as const;

describe('the end of a run', () => {
  it('writes the report in every form and every claim, whole and readable by others', async (t) => {
    const base = await baseOf(t);
    await journal(base, PLAN.owner, [READY, READY, READY]);
    const report = await write(base, REQUEST);
    const folder = join(base, 'runs', 'nightly');
    assert.deepEqual(report.files, {
      host: 'bench-1',
      folder,
      report: join(folder, 'report.json'),
      markdown: join(folder, 'report.md'),
      html: join(folder, 'report.html'),
      junit: join(folder, 'junit.xml'),
      claims: join(folder, 'claims.jsonl.gz'),
      error: null,
    });
    assert.deepEqual(JSON.parse(await readFile(report.files.report, 'utf8')), report);
    assert.match(await readFile(report.files.markdown, 'utf8'), /^# Run nightly: passed\n/);
    assert.match(await readFile(report.files.html, 'utf8'), /^<!doctype html>[^]*Claims a second/);
    assert.match(await readFile(report.files.junit, 'utf8'), /<testsuites [^>]*name="nightly"/);
    const lines = gunzipSync(await readFile(report.files.claims))
      .toString()
      .trimEnd()
      .split('\n');
    assert.equal(lines.length, 3);
    assert.equal((await stat(report.files.report)).mode & 0o777, 0o644 & ~process.umask());
    assert.deepEqual((await readdir(folder)).toSorted(), [
      'claims.jsonl.gz',
      'journal',
      'junit.xml',
      'pkb-samples.csv',
      'pkb-samples.jsonl',
      'report.html',
      'report.json',
      'report.md',
    ]);
  });

  it('says the same when it is told twice', async (t) => {
    const base = await baseOf(t);
    await journal(base, PLAN.owner, [READY]);
    assert.deepEqual(await write(base, REQUEST, 2), await write(base, REQUEST));
  });

  it('knows from the journal what a load was like that was cut short', async (t) => {
    const base = await baseOf(t);
    await journal(base, PLAN.owner, [
      READY,
      { ...READY, launch: 'cold' },
      { end: 'failed', reason: 'Conflict', sentMs: 1002 },
    ]);
    const report = await write(base, CANCELLED);
    assert.equal(report.outcome, 'cancelled');
    assert.equal(report.verdict, 'invalid');
    assert.match(report.verdictReasons[0] ?? '', /cut short.* 3 of 200 claims/);
    const { submitted, ready, failed, warm, cold } = report.claims!;
    assert.deepEqual([submitted, ready, failed, warm, cold], [3, 2, 1, 1, 1]);
    assert.equal(report.latency?.sentToReady?.all?.count, 2);
    assert.deepEqual(report.errors, { Conflict: 1 });
  });

  it("takes no claim of an earlier run of the same name for one of this run's", async (t) => {
    const base = await baseOf(t);
    await journal(base, '9876543210', [READY]);
    const report = await write(base, CANCELLED);
    assert.deepEqual([report.claims, report.latency, report.files.claims], [null, null, null]);
    assert.match(report.verdictReasons[0] ?? '', /nothing is known of its claims/);
  });

  it('keeps the report of an earlier run of the same name, with its claims and its evidence', async (t) => {
    const base = await baseOf(t);
    const folder = join(base, 'runs', 'nightly');
    await journal(base, PLAN.owner, [READY]);
    const first = await write(base, REQUEST);
    await mkdir(join(folder, 'evidence'));
    await writeFile(join(folder, 'evidence', 'events.txt'), 'seen');
    const plan = { ...REQUEST.run.plan, owner: '9876543210' };
    const again = { ...REQUEST, run: { ...REQUEST.run, plan } };
    for (const attempt of [1, 2]) assert.equal((await write(base, again, attempt)).files.error, null);

    const [kept, ...more] = await readdir(join(folder, 'earlier'));
    assert.deepEqual(more, []);
    assert.equal(kept, `${first.endedAt.slice(0, 19).replace(/[-:]/g, '')}Z-${PLAN.owner}`);
    assert.deepEqual((await readdir(join(folder, 'earlier', kept))).toSorted(), [
      'claims.jsonl.gz',
      'evidence',
      'junit.xml',
      'pkb-samples.csv',
      'pkb-samples.jsonl',
      'report.html',
      'report.json',
      'report.md',
    ]);
    const read = async (...path: string[]) =>
      JSON.parse(await readFile(join(folder, ...path), 'utf8')) as RunReport;
    assert.deepEqual(await read('earlier', kept, 'report.json'), first);
    assert.equal((await read('report.json')).owner, plan.owner);
  });

  it('says where the timelines are when another machine has them', async (t) => {
    const away = FINDINGS.windows.map((window) => ({
      ...window,
      journal: { host: 'bench-2', path: '/srv/window-0.jsonl' },
    }));
    const report = await write(await baseOf(t), {
      ...REQUEST,
      findings: { ...REQUEST.findings, windows: away },
    });
    assert.equal(report.files.claims, null);
    assert.match(report.files.error ?? '', /\/srv\/window-0\.jsonl on bench-2/);
  });

  it('is tried again while its folder cannot be written, and then does without its files', async (t) => {
    const base = await baseOf(t);
    await writeFile(join(base, 'runs'), 'a file where the folder should be');
    for (const attempt of [1, 2]) {
      await assert.rejects(
        write(base, REQUEST, attempt),
        (error) =>
          error instanceof ApplicationFailure &&
          error.type === 'Unavailable' &&
          error.nonRetryable !== true &&
          /report folder .*runs\/nightly.*E(NOTDIR|EXIST)/.test(error.message),
      );
    }
    const report = await write(base, REQUEST, 3);
    assert.equal(report.outcome, 'passed');
    assert.equal(report.claims?.ready, 200);
    assert.deepEqual([report.files.report, report.files.markdown, report.files.claims], [null, null, null]);
    assert.match(report.files.error ?? '', /writing the report failed .*E(NOTDIR|EXIST)/);
  });

  it('leaves the report that was there when the new one cannot replace it', async (t) => {
    const base = await baseOf(t);
    const folder = join(base, 'runs', 'nightly');
    await mkdir(join(folder, 'report.md'), { recursive: true });
    await writeFile(join(folder, 'report.json'), 'the old one');
    const report = await write(base, REQUEST, 3);
    assert.match(report.files.error ?? '', /EISDIR|ENOTEMPTY|EEXIST/);
    assert.equal(await readFile(join(folder, 'report.json'), 'utf8'), 'the old one');
    const left = (await readdir(folder)).toSorted();
    assert.deepEqual(left, ['pkb-samples.csv', 'pkb-samples.jsonl', 'report.json', 'report.md']);
  });

  it('lets no secret through that an error message brought along', async (t) => {
    const base = await baseOf(t);
    const detail = 'request failed: Authorization: Bearer canary-0123456789, password=canary-9876543210';
    const report = await write(base, {
      ...REQUEST,
      ending: {
        kind: 'failed',
        stage: 'run-claims',
        step: 'claims',
        errorType: 'Unavailable',
        message: detail,
      },
      steps: unwound(forward({ id: 'claims', detail })),
      unwound: { leftovers: [{ kind: 'process', name: 'etcd', detail }], undoFailed: 1 },
    });
    assert.match(report.failure?.message ?? '', /^request failed/);
    for (const path of [report.files.report, report.files.markdown])
      assert.ok(!(await readFile(path!, 'utf8')).includes('canary'));
    assert.ok(!JSON.stringify(report).includes('canary'));
  });
});
