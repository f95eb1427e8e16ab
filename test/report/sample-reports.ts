import { initialProgress } from '../../src/domain/progress.ts';
import { buildReport } from '../../src/report/build-report.ts';
import type { ReportRequest, StepAttempts } from '../../src/report/build-report.ts';
import type { ReportFindings } from '../../src/report/report-findings.ts';
import type { RunReport } from '../../src/report/report.ts';
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

const NOTHING_FOUND: ReportFindings = {
  cluster: null,
  installation: null,
  warmPool: null,
  windows: [],
  controllerHistogram: null,
  evidence: null,
};

const NO_PROGRAM =
  'kube-apiserver: no program of version 1.34.2 was found (looked at KUBE_APISERVER, PATH, the cache, the download, the build); run `sandtide tools install` and read what it says';

const NOT_READY =
  'SandboxWarmPool st-nightly-0123456789/st-0123456789: 0 of 20 sandboxes ready after 1s; Unschedulable: 0/5 nodes are available: 4 Insufficient cpu (seen 20 times); make room or mend what the pods complain about, then retry the stage, or raise agentSandbox.warmPool.readyTimeout';

const UNDO_ERROR = 'process 4711 (etcd): still there 30 s after SIGKILL; look at it with `ps -p 4711`';

/** Claims were none of this run's business. */
const INSTALLED = forward(null).map((step) =>
  step.id === 'claims' ? (initialProgress(PLAN).find(({ id }) => id === 'claims') ?? step) : step,
);

/** One request for each kind of ending. */
export const REQUESTS = {
  passed: sampleRequest(),
  'failed-in-create-cluster': sampleRequest({
    findings: NOTHING_FOUND,
    ending: {
      kind: 'failed',
      stage: 'create-cluster',
      step: 'cluster',
      errorType: 'Unworkable',
      message: NO_PROGRAM,
    },
    steps: unwound(forward({ id: 'cluster', detail: NO_PROGRAM })),
  }),
  'failed-in-install-agent-sandbox': sampleRequest({
    findings: {
      ...FINDINGS,
      warmPool: null,
      windows: [],
      controllerHistogram: null,
      evidence: {
        host: 'bench-1',
        folder: '/srv/bench/runs/nightly/evidence',
        files: [
          { name: 'contents.txt', bytes: 998 },
          { name: 'events.txt', bytes: 1_717 },
          { name: 'kube-apiserver.log', bytes: 262_144 },
          { name: 'unready.txt', bytes: 1_576 },
        ],
        problems: ['apiserver-metrics.txt: not within 20 s'],
      },
    },
    ending: {
      kind: 'failed',
      stage: 'install-agent-sandbox',
      step: 'warm-pool',
      errorType: 'TimedOut',
      message: NOT_READY,
    },
    steps: unwound(forward({ id: 'warm-pool', detail: NOT_READY })),
  }),
  'thresholds-missed': sampleRequest({
    findings: {
      ...FINDINGS,
      windows: [
        sampleWindow({
          counts: { ...sampleWindow().counts, ready: 180, warm: 160, failed: 12, timedOut: 8 },
          errors: { 'ReadyTimeout: SandboxNotReady': 8, ExecFailed: 9, ClaimExpired: 3 },
        }),
      ],
    },
  }),
  cancelled: sampleRequest({
    findings: {
      ...FINDINGS,
      windows: [sampleWindow({}, 110)],
      controllerHistogram: null,
    },
    ending: { kind: 'cancelled' },
    steps: unwound(forward({ id: 'claims', detail: 'cancelled' })),
  }),
  'cleanup-incomplete': sampleRequest({
    unwound: {
      leftovers: [
        { kind: 'process', name: 'etcd (4711)', detail: 'listens on 127.0.0.1:40123' },
        { kind: 'folder', name: 'local/st-nightly-0123456789', detail: '' },
      ],
      undoFailed: 1,
    },
    steps: unwound(forward(null), UNDO_ERROR),
  }),
  kept: sampleRequest({
    findings: { ...FINDINGS, windows: [], controllerHistogram: null },
    kept: { provider: 'local', name: 'st-nightly-0123456789', untilSeconds: 1_800_000_000 },
    run: { plan: PLAN, spec: { ...SPEC, through: 'install-agent-sandbox', keep: '4h' } },
    steps: INSTALLED,
  }),
  suspect: sampleRequest({
    findings: {
      ...FINDINGS,
      controllerHistogram: null,
      windows: [
        sampleWindow({
          counts: {
            ...sampleWindow().counts,
            ready: 197,
            warm: 177,
            unknown: 2,
            notSubmitted: 1,
            submitted: 199,
          },
          generator: { ...sampleWindow().generator, delayedByMaxConcurrent: 14, longestDelayMs: 812.4 },
        }),
      ],
    },
  }),
} satisfies Record<string, ReportRequest>;

export type Sample = keyof typeof REQUESTS;

/** Where Temporal's record was read. */
const ATTEMPTS: Partial<Record<Sample, StepAttempts>> = {
  passed: {
    steps: { cluster: 1, 'agent-sandbox': 1, workload: 1, 'warm-pool': 1, claims: 1 },
    undos: { cluster: 1 },
  },
  'failed-in-install-agent-sandbox': {
    steps: { cluster: 3, 'agent-sandbox': 1, workload: 1, 'warm-pool': 2 },
    undos: { cluster: 1 },
  },
  'cleanup-incomplete': {
    steps: { cluster: 1, 'agent-sandbox': 1, workload: 1, 'warm-pool': 1, claims: 1 },
    undos: { cluster: 14 },
  },
};

/** Their reports. */
export const REPORTS = Object.fromEntries(
  Object.entries(REQUESTS).map(([name, request]) => [
    name,
    // A cancelled load never returns its windows: they are read back from the journal.
    buildReport(request, {
      ...CONTEXT,
      cutShort: name === 'cancelled',
      attempts: ATTEMPTS[name as Sample] ?? null,
    }),
  ]),
) as Record<Sample, RunReport>;
