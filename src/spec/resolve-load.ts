import { durationMs, formatDuration } from '../domain/durations.ts';
import type { FoundProblem } from './field-problems.ts';
import { FIGURES, short } from './load-figures.ts';
import type { LoadSpec, PhaseSpec } from './load-schema.ts';
import { LONGEST_LOAD, MOST_CLAIMS } from './load-schema.ts';
import { pathText } from './quote.ts';
import { valueAt } from './schema-node.ts';
import type { CheckedSpec } from './schema.ts';
import { close, figuresMeant, stretchFigures } from './stretch-figures.ts';

type Given = CheckedSpec['load'];

export interface ResolvedLoad {
  /** Null where something is wrong with its figures, which need not be among `problems`: it may have been told before. */
  load: LoadSpec | null;
  problems: FoundProblem[];
}

/**
 * The load with its figures worked out, those of each phase and those of all. `document` is what the user wrote, `sound`
 * says which of its values stand in `given` as they were written.
 */
export function resolveLoad(
  given: Given,
  document: unknown,
  sound: (place: string) => boolean,
): ResolvedLoad {
  const { load, problems } = withFigures(given, document, sound);
  return { load, problems: [...problems, ...workProblems(given)] };
}

function workProblems({ workloadDuration, workloadCommand }: Given): FoundProblem[] {
  if (workloadCommand === null || durationMs(workloadDuration) === 0) return [];
  const message = 'runs in place of the busy loop of load.workloadDuration; leave one of the two out';
  return [{ path: ['load', 'workloadCommand'], message }];
}

function withFigures(given: Given, document: unknown, sound: (place: string) => boolean): ResolvedLoad {
  const written = valueAt(['load'], document);
  const hasPhases = typeof written === 'object' && written !== null && Object.hasOwn(written, 'phases');
  if (hasPhases) return ofPhases(given, document, sound);
  if (!sound('load.arrivals')) return NOTHING_NEW;
  if (given.arrivals.shape === 'closedLoop') return ofClosedLoop(given, document);
  const { figures, problems } = stretchFigures(given, document, ['load']);
  const { phases: _, ...load } = given;
  return { load: figures === null ? null : { ...load, ...figures }, problems };
}

/** What is wrong has been told by the checks of single values. */
const NOTHING_NEW: ResolvedLoad = { load: null, problems: [] };

function ofClosedLoop(given: Given, document: unknown): ResolvedLoad {
  const { phases: _phases, qps, duration, total, ...load } = given;
  const problems: FoundProblem[] = [];
  if (qps !== undefined) {
    problems.push({ path: ['load', 'qps'], message: 'a closed loop has no rate; leave qps out' });
  }
  if (!figuresMeant(document, ['load']).includes('duration')) {
    problems.push({ path: ['load'], message: 'give duration: a closed loop sends claims until it is over' });
  }
  const { arrivals, maxConcurrent } = load;
  if (arrivals.shape === 'closedLoop' && arrivals.live > maxConcurrent) {
    const message = `${arrivals.live} claims are more than load.maxConcurrent ${maxConcurrent} lets live`;
    problems.push({ path: ['load', 'arrivals', 'live'], message });
  }
  if (problems.length > 0 || duration === undefined) return { load: null, problems };
  return { load: { ...load, duration, total: total ?? MOST_CLAIMS }, problems };
}

function ofPhases(given: Given, document: unknown, sound: (place: string) => boolean): ResolvedLoad {
  const { phases } = given;
  if (phases === undefined) return NOTHING_NEW;
  const problems: FoundProblem[] = [];
  const resolved: PhaseSpec[] = [];
  const names = new Set<string>();
  phases.forEach((phase, at) => {
    const path = ['load', 'phases', at];
    if (names.has(phase.name)) {
      const message = `another phase is called ${phase.name} too; give each a name of its own`;
      problems.push({ path: [...path, 'name'], message });
    }
    names.add(phase.name);
    if (!sound(pathText([...path, 'arrivals']))) return;
    const worked = stretchFigures(phase, document, path);
    problems.push(...worked.problems);
    if (worked.figures !== null) resolved.push({ ...phase, ...worked.figures });
  });
  if (given.arrivals.shape !== 'constant') {
    const message = 'each phase has arrivals of its own; leave this out';
    problems.push({ path: ['load', 'arrivals'], message });
  }
  if (problems.length > 0 || resolved.length < phases.length) return { load: null, problems };
  return ofAll(given, resolved);
}

/** The figures of all phases together. They need not be written, and may only be where they are these. */
function ofAll(given: Given, phases: PhaseSpec[]): ResolvedLoad {
  const activeMs = phases.reduce((sum, { duration }) => sum + durationMs(duration), 0);
  const lengthMs = activeMs + (phases.length - 1) * durationMs(given.pauseBetween);
  const total = phases.reduce((sum, phase) => sum + phase.total, 0);
  const load: LoadSpec & { qps: number } = {
    ...given,
    qps: (total / activeMs) * 1000,
    duration: formatDuration(lengthMs),
    total,
    phases,
  };
  const problems: FoundProblem[] = [];
  for (const figure of FIGURES) {
    const [found, worked] = [given[figure], load[figure]];
    if (found === undefined || close(numberOf(found), numberOf(worked))) continue;
    const own = typeof worked === 'number' ? short(worked) : worked;
    const message = `found ${found}, but the phases make it ${own}; leave it out`;
    problems.push({ path: ['load', figure], message });
  }
  if (lengthMs > durationMs(LONGEST_LOAD)) {
    problems.push({
      path: ['load', 'phases'],
      message: `all take ${load.duration}; allowed: ${LONGEST_LOAD}`,
    });
  }
  if (total > MOST_CLAIMS) {
    problems.push({ path: ['load', 'phases'], message: `all have ${total} claims; allowed: ${MOST_CLAIMS}` });
  }
  return { load: problems.length > 0 ? null : load, problems };
}

const numberOf = (figure: number | string) => (typeof figure === 'number' ? figure : durationMs(figure));
