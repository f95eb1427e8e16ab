import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePlan } from '../src/domain/make-plan.ts';
import type { Plan } from '../src/domain/plan.ts';
import { journalLines } from '../src/load/journal.ts';
import type { JournalLine } from '../src/load/journal.ts';
import type { WindowDeps } from '../src/load/run-window.ts';
import type { WindowRequest } from '../src/load/window.ts';
import { resolveSpec } from '../src/spec/resolve.ts';

const OWNER = '00000000be';

/** A run's plan with made-up names; nothing of it exists but in the stub. */
function benchPlan(): Plan {
  return makePlan({
    identity: { namespace: 'default', workflowId: 'bench', firstExecutionRunId: 'run-1' },
    owner: OWNER,
    cluster: { provider: 'local', name: 'bench', location: 'here' },
    sandbox: {
      type: 'Kubernetes',
      install: 'own',
      systemNamespace: 'agent-sandbox-system',
      workloadNamespace: `st-bench-${OWNER}`,
      template: 'bench',
      warmPool: 'bench',
    },
    disposable: true,
    lease: '24h',
    nowMs: Date.now(),
    workloadCommand: null,
    totalClaims: 1,
    warmPoolReplicas: 1,
  });
}

/** A window whose number of claims is known. */
export type BenchRequest = WindowRequest & { arrivals: number };

/** One window of the real driver: so many claims at this rate, no more than `maxConcurrent` at a time. */
export function benchRequest(
  windowIndex: number,
  load: { qps: number; claims: number; maxConcurrent: number },
): BenchRequest {
  const { qps, claims, maxConcurrent } = load;
  const spec = resolveSpec({ load: { qps, total: claims, maxConcurrent, readyTimeout: '60s' } });
  return { plan: benchPlan(), load: spec.load, windowIndex, firstIndex: 0, arrivals: claims };
}

/** What a window needs besides its client, in a folder of its own. */
export async function benchWorld(): Promise<{
  deps: Omit<WindowDeps, 'kube'>;
  remove(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'sandtide-bench-'));
  return {
    deps: {
      folder,
      host: 'here',
      activity: 'run-1/1',
      attempt: 1,
      resume: null,
      heartbeat: () => undefined,
      signal: new AbortController().signal,
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Every line of a window's journal. */
export async function readJournal(path: string): Promise<JournalLine[]> {
  const lines: JournalLine[] = [];
  for await (const line of journalLines(path)) lines.push(line);
  return lines;
}
