import { join, resolve } from 'node:path';
import type { CollectedEvidence, EvidenceSource } from '../src/domain/evidence.ts';
import type { Work } from '../src/domain/work.ts';
import { abandonOnAbort, startDeadline } from '../src/kubernetes/deadline.ts';
import type { Deadline } from '../src/kubernetes/deadline.ts';
import { reportFolder } from '../src/report/report-folder.ts';
import type { ActivityWork } from './activity-work.ts';
import { asActivity } from './activity-work.ts';
import type { ActivityDeps } from './deps.ts';
import { keepEarlierReport } from './earlier-report.ts';
import { EvidenceFolder } from './evidence-folder.ts';
import type { StepRequest } from './stages.ts';
import { withCluster } from './with-cluster.ts';

export interface EvidenceRequest extends StepRequest {
  /** For everything together. */
  timeoutMs: number;
}

/** When time is up, sources hand over what they have; those that don't are left behind, and then whatever else hangs. */
const HAND_OVER_MS = 1_000;

export function evidenceActivities(deps: ActivityDeps) {
  return {
    /**
     * Writes what cluster and provider tell about a run that failed, before it is held or taken down. One source that fails or
     * never answers costs its own file and no other; it is a problem in the result, never an error.
     */
    collectEvidence(request: EvidenceRequest): Promise<CollectedEvidence> {
      return asActivity((work) => collect(deps, request, work));
    },
  };
}

async function collect(
  deps: ActivityDeps,
  { plan, spec, timeoutMs }: EvidenceRequest,
  work: ActivityWork<never>,
): Promise<CollectedEvidence> {
  const base = reportFolder(resolve(deps.baseFolder, spec.report.folder), plan.runName);
  const folder = new EvidenceFolder(join(base, 'evidence'));
  const provider = deps.provider(plan.cluster.provider);
  const [timeUp, handedOver, over] = [0, 1, 2].map((times) =>
    startDeadline(timeoutMs + times * HAND_OVER_MS, work.signal),
  ) as [Deadline, Deadline, Deadline];
  const during: Work = { signal: timeUp.signal, progress: () => undefined };

  /** Does `act` and waits for it as long as there is time; whatever goes wrong is a problem, and no error. */
  const until = async (limit: Deadline, what: string, act: () => Promise<void>): Promise<void> => {
    try {
      limit.signal.throwIfAborted();
      await abandonOnAbort(act(), limit.signal);
    } catch (error) {
      folder.problem(what, timeUp.expired() ? `not within ${timeoutMs / 1000} s` : error);
    }
  };
  const gather = async (sources: readonly EvidenceSource[] = []): Promise<void> => {
    const each = sources.map((source) =>
      until(handedOver, source.name, async () => {
        await folder.add(source, await source.collect(during));
        work.progress(`evidence: ${folder.size} files`);
      }),
    );
    await Promise.all(each);
  };

  work.progress('gathering evidence');
  try {
    await until(over, 'what an earlier run left', () => keepEarlierReport(base, plan.owner));
    await until(over, 'the folder', () => folder.open(work.attempt === 1));
    await Promise.all([
      until(over, 'the provider', async () => gather(await provider.evidence?.(plan.cluster, during))),
      until(over, 'the cluster', () =>
        withCluster(deps, { plan, spec }, during, (target) =>
          gather(deps.agentSandbox(plan.sandbox.type).evidence?.(target)),
        ),
      ),
    ]);
    work.signal.throwIfAborted();
    const at = new Date(deps.nowMs()).toISOString();
    const title = `Evidence about run ${plan.runName} (owner ${plan.owner}), gathered at ${at}, when it had failed.`;
    return await folder.close(title, deps.host);
  } finally {
    for (const deadline of [timeUp, handedOver, over]) deadline.release();
  }
}
