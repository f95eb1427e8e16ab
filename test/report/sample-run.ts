import { makePlan } from '../../src/domain/make-plan.ts';
import type { StepId } from '../../src/domain/plan.ts';
import type { StepEvent } from '../../src/domain/progress.ts';
import { applyStepEvent, initialProgress, nextUndo } from '../../src/domain/progress.ts';
import type { StepRecord } from '../../src/domain/progress.ts';
import { LatencyRecorder } from '../../src/measure/histograms.ts';
import type { WindowResult } from '../../src/measure/window-result.ts';
import type { ReportContext, ReportRequest } from '../../src/report/build-report.ts';
import type { ReportFindings } from '../../src/report/report-findings.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';

const STARTED_MS = Date.parse('2026-11-24T16:15:30.000Z');

export const SPEC = resolveSpec({
  description: 'nightly benchmark',
  load: { qps: 20, total: 200, workloadDuration: '100ms' },
});

export const PLAN = makePlan({
  identity: { namespace: 'default', workflowId: 'nightly', firstExecutionRunId: '0b1c-first' },
  owner: '0123456789',
  cluster: { provider: 'local', name: 'st-nightly-0123456789', location: 'this-machine' },
  sandbox: {
    type: 'Kubernetes',
    install: 'own',
    systemNamespace: 'agent-sandbox-system',
    workloadNamespace: 'st-nightly-0123456789',
    template: 'st-nightly-0123456789',
    warmPool: 'st-nightly-0123456789',
  },
  disposable: true,
  lease: '2h',
  nowMs: STARTED_MS,
  workloadCommand: ['node', '-e', '0'],
  totalClaims: 200,
  warmPoolReplicas: 20,
});

export const CONTEXT: ReportContext = {
  versions: { sandtide: '0.1.0', node: '24.21.0', 'temporal-sdk': '1.24.0' },
  files: {
    host: 'bench-1',
    folder: '/srv/bench/runs/nightly',
    report: '/srv/bench/runs/nightly/report.json',
    markdown: '/srv/bench/runs/nightly/report.md',
    html: '/srv/bench/runs/nightly/report.html',
    junit: '/srv/bench/runs/nightly/junit.xml',
    claims: '/srv/bench/runs/nightly/claims.jsonl.gz',
    error: null,
  },
  cutShort: false,
  attempts: null,
};

export const FINDINGS: ReportFindings = {
  cluster: {
    handle: PLAN.cluster,
    kubernetesVersion: 'v1.34.2',
    nodes: { general: 1, sandbox: 4 },
    components: {
      etcd: '3.6.6 (build)',
      'kube-apiserver': '1.34.2 (build)',
      kwok: '0.7.0 (build)',
      'agent-sandbox-controller': 'v0.5.6 (build)',
    },
    digests: { etcd: 'e'.repeat(64), 'kube-apiserver': 'f'.repeat(64) },
    flags: { etcd: ['--unsafe-no-fsync=true'], 'kube-apiserver': ['--max-requests-inflight=2000'] },
  },
  installation: {
    version: 'v0.5.6',
    manifestsSha256: 'a'.repeat(64),
    controllerImage: 'registry.k8s.io/agent-sandbox/agent-sandbox-controller:v0.5.6',
    controllerArgs: ['--extensions=true', '--sandbox-claim-concurrent-workers=100', '--kube-api-burst=750'],
    process: { command: ['agent-sandbox-controller', '--extensions=true', '--leader-elect=false'] },
  },
  warmPool: { replicas: 20, fillMs: 2_310 },
  windows: [sampleWindow()],
  controllerHistogram: {
    metric: 'agent_sandbox_claim_controller_startup_latency_ms',
    byLaunchType: {
      warm: { count: 180, meanMs: 41.2, p50Ms: 50, p99Ms: 99 },
      cold: { count: 20, meanMs: 310.5, p50Ms: 320.8, p99Ms: 492.5 },
    },
  },
  evidence: null,
};

/** Claims of which every tenth is a cold start; latencies follow the index, so that the figures are the same each time. */
export function sampleWindow(changes: Partial<WindowResult> = {}, total = 200): WindowResult {
  const recorder = new LatencyRecorder();
  for (let index = 0; index < total; index += 1) {
    const launch = index % 10 === 0 ? 'cold' : 'warm';
    const readyMs = launch === 'cold' ? 250 + index : 20 + index / 5;
    for (const split of ['all', launch] as const) {
      const record = (series: Parameters<typeof recorder.record>[0], ms: number) =>
        recorder.record(series, split, ms * 1000);
      record('dueToSent', 0.3 + (index % 7) / 10);
      record('sentToAcknowledged', 4 + (index % 5));
      record('sentToBound', readyMs * 0.6);
      record('boundToReady', readyMs * 0.4);
      record('sentToReady', readyMs);
      record('dueToReady', readyMs + 0.3 + (index % 7) / 10);
      record('exec', 112 + (index % 9));
      record('sentToReleased', readyMs + 130);
    }
  }
  return {
    windowIndex: 0,
    startedAtMs: STARTED_MS + 25_000,
    firstDueMs: STARTED_MS + 25_000,
    lastDueMs: STARTED_MS + 25_000 + (total - 1) * 50,
    firstSentMs: STARTED_MS + 25_000.4,
    lastSentMs: STARTED_MS + 25_000.6 + (total - 1) * 50,
    lastReadyMs: STARTED_MS + 25_070.2 + (total - 1) * 50,
    openedAtMs: STARTED_MS + 24_980,
    sentUntilMs: STARTED_MS + 35_000,
    endedAtMs: STARTED_MS + 35_200,
    counts: {
      due: total,
      submitted: total,
      ready: total,
      failed: 0,
      timedOut: 0,
      notSubmitted: 0,
      unknown: 0,
      warm: total * 0.9,
      cold: total * 0.1,
      launchUnknown: 0,
    },
    errors: {},
    histograms: recorder.encode(),
    generator: {
      attempts: 1,
      peakConcurrent: 9,
      delayedByMaxConcurrent: 0,
      longestDelayMs: 0,
      eventLoopDelayP99Ms: 11.3,
      cpuSeconds: 1.52,
      watchResumed: 0,
      watchRelisted: 0,
      connectionsOpened: 4,
    },
    journal: { host: 'bench-1', path: '/srv/bench/runs/nightly/journal/window-0.jsonl' },
    ...changes,
  };
}

/** Seconds after the start at which each step was begun and over, when all goes well. */
const TIMES: Record<StepId, [number, number]> = {
  cluster: [0.4, 12.7],
  'agent-sandbox': [12.8, 19.1],
  workload: [19.2, 19.6],
  'warm-pool': [19.7, 22.1],
  claims: [22.2, 35.4],
};

/** How the forward steps went: all done, or up to one that failed. */
export function forward(failed: { id: StepId; detail: string } | null): StepRecord[] {
  let records = initialProgress(PLAN);
  const tell = (event: StepEvent): void => {
    records = applyStepEvent(records, event);
  };
  for (const { id } of PLAN.steps) {
    const [begunAt, overAt] = TIMES[id];
    tell({ type: 'started', id, atMs: STARTED_MS + begunAt * 1000 });
    const atMs = STARTED_MS + overAt * 1000;
    if (failed?.id === id) {
      tell({ type: 'failed', atMs, ...failed });
      break;
    }
    tell({ type: 'done', id, atMs });
  }
  return records;
}

/** The steps after the unwind; the undo of a disposable cluster takes everything along. */
export function unwound(records: StepRecord[], undoError: string | null = null): StepRecord[] {
  let after = records;
  let atMs = STARTED_MS + 35_500;
  for (let step = nextUndo(PLAN, after); step !== null; step = nextUndo(PLAN, after)) {
    after = applyStepEvent(after, { type: 'undo-started', id: step.id, atMs });
    atMs += 2_140;
    after = applyStepEvent(
      after,
      undoError === null
        ? { type: 'undone', id: step.id, atMs }
        : { type: 'undo-failed', id: step.id, atMs, detail: undoError },
    );
  }
  return after;
}

/** The request of a run that went as one wishes. */
export function sampleRequest(changes: Partial<ReportRequest> = {}): ReportRequest {
  return {
    run: { plan: PLAN, spec: SPEC },
    findings: FINDINGS,
    ending: { kind: 'completed', thresholdsMissed: [] },
    unwound: { leftovers: [], undoFailed: 0 },
    steps: unwound(forward(null)),
    startedAtMs: STARTED_MS,
    endedAtMs: STARTED_MS + 38_200,
    ...changes,
  };
}
