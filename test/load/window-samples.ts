import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { makePlan } from '../../src/domain/make-plan.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { journalPath } from '../../src/load/journal.ts';
import type { JournalLine } from '../../src/load/journal.ts';
import type { WindowDeps } from '../../src/load/run-window.ts';
import type { WindowRequest } from '../../src/load/window.ts';
import { LatencyRecorder } from '../../src/measure/histograms.ts';
import type { Series } from '../../src/measure/histograms.ts';
import type { ClaimCounts, ClaimTimeline, WindowResult } from '../../src/measure/window-result.ts';
import type { LoadSpec } from '../../src/spec/schema.ts';
import type { FakeSandboxApi } from '../support/fake-sandbox-api.ts';
import { sampleLoad } from '../support/sample-load.ts';

export const OWNER = '0123456789';

export function samplePlan(workloadCommand: string[] | null = null): Plan {
  return makePlan({
    identity: { namespace: 'default', workflowId: 'nightly', firstExecutionRunId: 'run-1' },
    owner: OWNER,
    cluster: { provider: 'local', name: 'st-nightly', location: 'here' },
    sandbox: {
      type: 'Kubernetes',
      install: 'own',
      systemNamespace: 'agent-sandbox-system',
      workloadNamespace: 'st-nightly',
      template: 'st-nightly',
      warmPool: 'st-nightly',
    },
    disposable: true,
    lease: '2h',
    nowMs: 0,
    workloadCommand,
    totalClaims: 20,
    warmPoolReplicas: 20,
  });
}

/** Twenty claims within a tenth of a second, and more patience than any machine needs. */
export function sampleRequest(
  load: Partial<LoadSpec> = {},
  workloadCommand: string[] | null = null,
): WindowRequest {
  const total = load.total ?? 20;
  return {
    plan: samplePlan(workloadCommand),
    load: sampleLoad({
      qps: 200,
      duration: '100ms',
      total,
      maxConcurrent: 1000,
      readyTimeout: '2m',
      ...load,
    }),
    windowIndex: 0,
    firstIndex: 0,
    arrivals: total,
  };
}

/** A folder that goes with the test. */
export async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandtide-window-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A first attempt against the fake API. */
export function sampleDeps(
  kube: FakeSandboxApi,
  folder: string,
  changes: Partial<WindowDeps> = {},
): WindowDeps {
  return {
    kube,
    folder,
    host: 'here',
    activity: 'run-1/7',
    attempt: 1,
    resume: null,
    heartbeat: () => undefined,
    signal: new AbortController().signal,
    stallMs: 3_600_000,
    ...changes,
  };
}

/** The journal as it stands on disk. */
export async function linesOf(folder: string): Promise<JournalLine[]> {
  const text = await readFile(journalPath(folder, 0), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalLine);
}

/** Ends in the journal, by claim index. */
export async function endsOf(folder: string): Promise<Map<number, ClaimTimeline>> {
  const lines = await linesOf(folder);
  return new Map(lines.flatMap((line) => ('ended' in line ? [[line.ended.index, line.ended] as const] : [])));
}

/** Every claim's end is counted once. */
export function accounted({ counts }: Pick<WindowResult, 'counts'>): boolean {
  const {
    due,
    submitted,
    ready,
    failed,
    timedOut,
    notSubmitted,
    unknown,
    warm,
    cold,
    launchUnknown,
  }: ClaimCounts = counts;
  return (
    due === ready + failed + timedOut + notSubmitted + unknown &&
    submitted === due - notSubmitted &&
    ready === warm + cold + launchUnknown
  );
}

/** How many latencies of a series are in the result. */
export function samples(
  result: WindowResult,
  series: Series,
  split: 'all' | 'warm' | 'cold' = 'all',
): number {
  const recorder = new LatencyRecorder();
  recorder.merge([result.histograms]);
  return recorder.histogram(series, split)?.totalCount ?? 0;
}
