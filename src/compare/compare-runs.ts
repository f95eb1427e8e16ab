import { UnworkableError } from '../domain/errors.ts';
import { CLAIM_METRICS } from './claim-metrics.ts';
import { compareMetric, RULES, verdictOf } from './compare-metric.ts';
import type { Comparison, SettingDifference } from './comparison.ts';
import type { ReadRun } from './read-run.ts';
import { settingDifferences } from './setting-differences.ts';

/**
 * Side B held against side A, each one run or several of one setting. Throws UnworkableError where the loads differ, or
 * where a run's figures are invalid; `anyway` makes a warning of it.
 */
export function compareRuns(
  a: readonly ReadRun[],
  b: readonly ReadRun[],
  { anyway }: { anyway: boolean },
): Comparison {
  const differences = between(a, b);
  const hindrances = [
    ...differences.filter(({ prevents }) => prevents).map(told),
    ...invalidOnes([...a, ...b]),
  ];
  if (hindrances.length > 0 && !anyway) {
    throw new UnworkableError({
      object: 'these runs',
      what: `they cannot be compared: ${hindrances.join('; ')}`,
      next: 'run both with the same load, or say --anyway to have the figures all the same',
    });
  }
  const claims = (runs: readonly ReadRun[]) => runs.map((run) => run.claims);
  const metrics = CLAIM_METRICS.map((metric) => compareMetric(metric, claims(a), claims(b))).filter(
    (compared) => compared.a !== null || compared.b !== null,
  );
  const side = (runs: readonly ReadRun[]) => ({
    runs: runs.map(({ name }) => name),
    claims: runs.reduce((sum, run) => sum + run.claims.length, 0),
  });
  const changes = metrics.filter(({ decides }) => decides).flatMap(({ verdict }) => SIGNS[verdict]);
  const byRun = a.length > 1 && b.length > 1;
  return {
    a: side(a),
    b: side(b),
    unit: byRun ? 'run' : 'stretch',
    differences,
    warnings: [
      ...hindrances.map((hindrance) => `Compared all the same: ${hindrance}.`),
      ...warnings(a, b, byRun),
    ],
    metrics,
    verdict: verdictOf(changes),
    rules: { ...RULES },
  };
}

const SIGNS = { worse: [1], better: [-1], mixed: [1, -1], 'no difference': [] };

/** Between the sides, and within each: runs of one side have to be of one setting. */
function between(a: readonly ReadRun[], b: readonly ReadRun[]): SettingDifference[] {
  const [firstA, firstB] = [a[0], b[0]];
  if (firstA === undefined || firstB === undefined) return [];
  const within = (side: string, runs: readonly ReadRun[]): SettingDifference[] =>
    runs.slice(1).flatMap((run) =>
      settingDifferences((runs[0] ?? run).report, run.report).map((difference) => ({
        ...difference,
        what: `${difference.what} (within ${side}: ${runs[0]?.name} and ${run.name})`,
        prevents: difference.what !== 'host',
      })),
    );
  return [...settingDifferences(firstA.report, firstB.report), ...within('A', a), ...within('B', b)];
}

const told = ({ what, a, b }: SettingDifference): string => `${what} is ${a} in one and ${b} in the other`;

function invalidOnes(runs: readonly ReadRun[]): string[] {
  return runs
    .filter(({ report }) => report.verdict === 'invalid')
    .map(
      ({ name, report }) =>
        `the figures of ${name} are invalid (${report.verdictReasons[0] ?? 'no reason given'})`,
    );
}

function warnings(a: readonly ReadRun[], b: readonly ReadRun[], byRun: boolean): string[] {
  const suspect = [...a, ...b]
    .filter(({ report }) => report.verdict === 'suspect')
    .map(({ name, report }) => `The figures of ${name} are suspect: ${report.verdictReasons.join(' ')}`);
  const single =
    'Claims of one run are not independent of each other, and one run says nothing of how much the next would differ: ' +
    'a difference here may be one of two runs and not of two settings. Compare several of each (--a, --b).';
  return [...suspect, ...(byRun ? [] : [single])];
}
