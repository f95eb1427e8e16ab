import { resolve } from 'node:path';
import type { CollectedEvidence } from '../src/domain/evidence.ts';
import type { Ending } from '../src/domain/outcomes.ts';
import type { KeptCluster } from '../src/domain/kept-cluster.ts';
import type { Leftover, Plan } from '../src/domain/plan.ts';
import { UnavailableError } from '../src/domain/errors.ts';
import type { StepRecord } from '../src/domain/progress.ts';
import { recoverWindows } from '../src/load/recover-windows.ts';
import type { WindowResult } from '../src/measure/window-result.ts';
import type { ClusterDetails } from '../src/providers/provider.ts';
import { buildReport } from '../src/report/build-report.ts';
import { mapStrings } from '../src/report/map-strings.ts';
import { reportFolder } from '../src/report/report-folder.ts';
import type { SoakFindings } from '../src/report/soak-report.ts';
import type { ControllerHistogram, ReportFiles, RunReport } from '../src/report/report.ts';
import type { SandboxInstallation } from '../src/sandbox/agent-sandbox.ts';
import type { RunSpec } from '../src/spec/schema.ts';
import { asActivity } from './activity-work.ts';
import type { ActivityDeps } from './deps.ts';
import { keepEarlierReport } from './earlier-report.ts';
import type { ReportPlace } from './report-files.ts';
import { writePkbSamples } from './pkb-files.ts';
import { readStepAttempts } from './step-attempts.ts';
import { scrub } from './scrub.ts';
import { archiveClaims, claimsElsewhere, plannedFiles, writeFiles } from './report-files.ts';

/** What the stages found out, as far as they got. */
export interface RunFindings {
  cluster: ClusterDetails | null;
  installation: SandboxInstallation | null;
  warmPool: { replicas: number; fillMs: number } | null;
  windows: WindowResult[];
  controllerHistogram: ControllerHistogram | null;
  /** Gathered where the run failed; null elsewhere. */
  evidence: CollectedEvidence | null;
}

/** Everything that a report is made of. */
export interface ConclusionRequest {
  run: { plan: Plan; spec: RunSpec };
  findings: RunFindings;
  ending: Ending;
  unwound: { leftovers: Leftover[]; undoFailed: number };
  /** The cluster that is left for another run; missing or null where it is not. */
  kept?: KeptCluster | null;
  /** Of a load of many windows; missing or null elsewhere. */
  soak?: SoakFindings | null;
  steps: StepRecord[];
  startedAtMs: number;
  endedAtMs: number;
}

/** A disk may be full for a moment; after so many attempts the report is returned without its files. */
const FILE_ATTEMPTS = 3;
/** The journal of a long soak takes its time; a report without its archive is better than none. */
const JOURNAL_MS = 40_000;

export function concludeActivities(deps: ActivityDeps) {
  return {
    /** Builds the report and writes its files. Files that cannot be written don't cost the run its report. */
    writeRunReport(request: ConclusionRequest): Promise<RunReport> {
      return asActivity(async (work) => {
        const { plan, spec } = request.run;
        const place: ReportPlace = {
          host: deps.host,
          folder: reportFolder(resolve(deps.baseFolder, spec.report.folder), plan.runName),
          owner: plan.owner,
          signal: AbortSignal.any([work.signal, AbortSignal.timeout(JOURNAL_MS)]),
        };
        const problems: string[] = [];
        const attempt = async <T>(doing: string, act: () => Promise<T>, otherwise: T): Promise<T> => {
          try {
            return await act();
          } catch (error) {
            work.signal.throwIfAborted();
            const problem = `${doing} failed (${messageOf(error)})`;
            if (work.attempt < FILE_ATTEMPTS) throw unwritable(place.folder, problem, error);
            problems.push(problem);
            return otherwise;
          }
        };
        await attempt(
          'keeping the report of an earlier run',
          () => keepEarlierReport(place.folder, plan.owner),
          undefined,
        );
        const { windows, cutShort } = await attempt('reading the journal', () => windowsOf(request, place), {
          windows: [],
          cutShort: true,
        });
        const claims = await attempt(
          'compressing the timelines in journal/',
          () => archiveClaims(place),
          null,
        );
        const attempts = await readStepAttempts();
        const report = (files: ReportFiles): RunReport =>
          buildReport(scrubbed({ ...request, findings: { ...request.findings, windows } }), {
            versions: deps.versions,
            cutShort,
            attempts,
            files: { ...files, error: sentence([...problems, claimsElsewhere(windows, deps.host)]) },
          });
        const planned = plannedFiles(place, claims?.path ?? null);
        work.progress('writing the report');
        const written = await attempt(
          'writing the report',
          async () => {
            const whole = report(planned);
            await writePkbSamples(place, whole);
            await writeFiles(whole, claims?.curves ?? null);
            return whole;
          },
          null,
        );
        return written ?? report({ ...planned, report: null, markdown: null, html: null, junit: null });
      });
    },
  };
}

/** The load's windows; where it never returned any, what its journal says. */
async function windowsOf(
  { findings, steps }: ConclusionRequest,
  place: ReportPlace,
): Promise<{ windows: WindowResult[]; cutShort: boolean }> {
  const begun = steps.some(({ id, startedAtMs }) => id === 'claims' && startedAtMs !== null);
  if (findings.windows.length > 0 || !begun) return { windows: findings.windows, cutShort: false };
  return { windows: await recoverWindows(place, place.host), cutShort: true };
}

/** A last net under texts that came from elsewhere. The histograms are no text, and large. */
function scrubbed(request: ConclusionRequest): ConclusionRequest {
  const { findings, ...rest } = request;
  const { windows, ...found } = findings;
  return { ...mapStrings(rest, scrub), findings: { ...mapStrings(found, scrub), windows } };
}

function unwritable(folder: string, what: string, cause: unknown): UnavailableError {
  return new UnavailableError({
    object: `report folder ${folder}`,
    what,
    next: 'free some space or mend its rights; it is tried again',
    cause,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sentence(parts: readonly (string | null)[]): string | null {
  const said = parts.filter((part) => part !== null);
  return said.length === 0 ? null : said.join('; ');
}
