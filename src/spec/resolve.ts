import { durationMs, formatDuration } from '../domain/durations.ts';
import type { SpecProblem } from '../domain/errors.ts';
import { InvalidSpecError } from '../domain/errors.ts';
import { capacityProblems, leaseProblems } from './cross-checks.ts';
import type { FoundProblem } from './field-problems.ts';
import { fieldProblems } from './field-problems.ts';
import { jsonCopy } from './json-copy.ts';
import { pathText } from './quote.ts';
import { resolveLoad } from './resolve-load.ts';
import { salvage } from './salvage.ts';
import { sandboxProblems } from './sandbox-checks.ts';
import type { SpecPath } from './schema-node.ts';
import type { CheckedSpec, RunSpec } from './schema.ts';
import { withFailures } from './threshold-fields.ts';
import { watchProblems } from './soak-fields.ts';
import { thresholdProblems } from './threshold-problems.ts';

/** Where a document came from, so that each problem can be pointed at. Lines and columns from 1. */
export interface SpecSource {
  /** The file as the user named it, or what else the document is called in messages. */
  source: string;
  locate: (path: SpecPath) => { line: number; column: number };
}

/**
 * The spec with every default filled in and all figures of the load worked out. Resolving it again gives itself.
 * Throws InvalidSpecError, and nothing else whatever it is given, with every problem at once.
 */
export function resolveSpec(input: unknown, from?: SpecSource): RunSpec {
  const { copy, problems: notJson } = jsonCopy(input);
  if (copy === undefined && notJson.length > 0) throw invalid(notJson, from);
  const { issues, spec, sound } = salvage(copy);
  const problems = [...notJson, ...fieldProblems(issues, copy)];
  const resolved = spec === null ? null : resolveLoad(spec.load, copy, sound);
  const load = resolved?.load ?? null;
  if (spec !== null) {
    problems.push(...(resolved?.problems ?? []));
    const checked = { spec, load, sound };
    problems.push(...leaseProblems(checked), ...capacityProblems(checked), ...sandboxProblems(checked));
  }
  problems.push(...thresholdProblems(['thresholds'], copy));
  if (spec !== null) problems.push(...watchProblems(spec.soak, spec.onFailure.hold));
  if (problems.length > 0 || spec === null || load === null) throw invalid(problems, from);
  const limits = { ...spec.limits, leaseCap: spec.limits.leaseCap ?? leaseCapOf(spec) };
  return { ...spec, load, thresholds: withFailures(spec.thresholds), limits };
}

/** Room for one more lease, and for keeping the cluster after that. */
function leaseCapOf({ limits, keep }: CheckedSpec): string {
  return formatDuration(2 * durationMs(limits.lease) + (keep === null ? 0 : durationMs(keep)));
}

function invalid(problems: readonly FoundProblem[], from: SpecSource | undefined): InvalidSpecError {
  const seen = new Set<string>();
  const placed = problems.flatMap(({ path, message }): SpecProblem[] => {
    const place = pathText(path);
    // The first of several findings about one value is the plainest one.
    if (path.length > 0 && place !== 'load' && seen.has(place)) return [];
    seen.add(place);
    return [{ path: place, message, ...from?.locate(path) }];
  });
  return new InvalidSpecError(placed, from?.source);
}
