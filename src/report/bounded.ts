import type { RunReport } from './report.ts';

/** A report crosses Temporal as the run's result, and stays in every history that holds it. */
export const MOST_REPORT_BYTES = 64 * 1024;

interface Limits {
  /** Longest text, in UTF-16 units. */
  text: number;
  /** Longest list. */
  items: number;
}

/** Enough for any ordinary run; halved until a report of an extraordinary one fits. */
const ROOMY: Limits = { text: 2000, items: 50 };
const TIGHTEST_TEXT = 30;

/** The report with its texts and lists cut so far that it keeps within MOST_REPORT_BYTES. The spec is never cut. */
export function bounded(report: RunReport): RunReport {
  for (let limits = ROOMY; ; limits = halved(limits)) {
    const cut = cutTo(report, limits);
    const bytes = Buffer.byteLength(JSON.stringify(cut));
    if (bytes <= MOST_REPORT_BYTES || limits.text < TIGHTEST_TEXT) return cut;
  }
}

function halved({ text, items }: Limits): Limits {
  return { text: Math.ceil(text / 2), items: Math.ceil(items / 2) };
}

function cutTo(report: RunReport, { text: most, items }: Limits): RunReport {
  const text = (long: string): string => shortened(long, most);
  const orNull = (long: string | null): string | null => (long === null ? null : text(long));
  const record = <T, V>(whole: Record<string, T>, value: (item: T) => V): [string, V][] =>
    Object.entries(whole)
      .slice(0, items)
      .map(([key, item]) => [text(key), value(item)]);
  const texts = (list: readonly string[]): string[] => {
    const kept = list.slice(0, items).map(text);
    return list.length > items ? [...kept, `and ${list.length - items} more`] : kept;
  };
  const { failure, cluster, controllerHistogram, evidence, files } = report;
  return {
    ...report,
    failure:
      failure === null
        ? null
        : { ...failure, errorType: text(failure.errorType), message: text(failure.message) },
    thresholdsMissed: texts(report.thresholdsMissed),
    // The spec bounds their number. Those of a spec that was made elsewhere are no longer than it.
    thresholds: report.thresholds.map((check) => ({ ...check, found: text(check.found) })),
    verdictReasons: texts(report.verdictReasons),
    steps: report.steps.map((step) => ({
      ...step,
      title: text(step.title),
      undoTitle: text(step.undoTitle),
      detail: orNull(step.detail),
    })),
    errors: mostFrequent(report.errors, items, text),
    controllerHistogram:
      controllerHistogram === null
        ? null
        : {
            ...controllerHistogram,
            byLaunchType: Object.fromEntries(record(controllerHistogram.byLaunchType, (item) => item)),
            client: controllerHistogram.client ?? null,
          },
    cluster:
      cluster === null
        ? null
        : { ...cluster, nodes: Object.fromEntries(record(cluster.nodes, (count) => count)) },
    leftovers: report.leftovers
      .slice(0, items)
      .map(({ kind, name, detail }) => ({ kind: text(kind), name: text(name), detail: text(detail) })),
    evidence:
      evidence === null
        ? null
        : {
            ...evidence,
            files: evidence.files.slice(0, items).map(({ name, bytes }) => ({ name: text(name), bytes })),
            problems: texts(evidence.problems),
          },
    versions: Object.fromEntries(record(report.versions, text)),
    flags: Object.fromEntries(record(report.flags, texts)),
    files: { ...files, error: orNull(files.error) },
  };
}

function mostFrequent(
  errors: Record<string, number>,
  items: number,
  text: (long: string) => string,
): Record<string, number> {
  const sorted = Object.entries(errors).toSorted(([, one], [, other]) => other - one);
  const kept = new Map<string, number>();
  // Reasons that differ only beyond the cut are one reason from here on.
  const add = (reason: string, count: number) => kept.set(reason, (kept.get(reason) ?? 0) + count);
  for (const [reason, count] of sorted.slice(0, items)) add(text(reason), count);
  const others = sorted.slice(items);
  const sum = others.reduce((total, [, count]) => total + count, 0);
  if (others.length > 0) add(`(${others.length} other reasons)`, sum);
  return Object.fromEntries(kept);
}

/** Control characters would take six bytes each in JSON, and half a surrogate pair too. */
function shortened(text: string, most: number): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  const plain = text.toWellFormed().replace(/[\u0000-\u0009\u000B-\u001F\u007F]+/g, ' ');
  return plain.length <= most ? plain : `${plain.slice(0, most - 1).toWellFormed()}…`;
}
