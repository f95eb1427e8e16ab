import type { SpecProblem } from '../domain/errors.ts';
import { InvalidSpecError } from '../domain/errors.ts';
import type { SweepPolicy } from '../domain/sweep-decision.ts';
import { PROVIDER_TYPES } from '../spec/schema.ts';

/** What whoever asks for a sweep may set. */
export interface SweepRequest {
  /** Remove; without it a sweep only says what it would do. */
  apply?: boolean;
  /** Provider types to ask; all unless set. */
  providers?: string[];
  /** Run names, owners or cluster names that are not touched, besides those of `SANDTIDE_PROTECT`. */
  protect?: string[];
  maxRemovals?: number;
  marginSeconds?: number;
}

/** A request with nothing left open but the time. */
export interface SweepSettings extends Omit<SweepPolicy, 'nowSeconds'> {
  apply: boolean;
  providers: string[];
}

/** More than clocks in one organisation differ; less than a forgotten cluster costs. */
const MARGIN_SECONDS = 15 * 60;
/** A pass every 15 minutes clears forty an hour, and one that is wrong has ten on its conscience. */
export const MAX_REMOVALS = 10;

const LARGEST_MAX = 1_000;

/**
 * The settings of a sweep. Throws `InvalidSpecError` with every problem: a misspelt `protect` that is passed over would
 * cost a cluster.
 */
export function sweepSettings(request: unknown, env: NodeJS.ProcessEnv): SweepSettings {
  const problems: SpecProblem[] = [];
  const given = (isRecord(request) ? request : {}) as Record<keyof SweepRequest, unknown>;
  if (request !== undefined && request !== null && !isRecord(request))
    problems.push({ path: '', message: 'must be a mapping' });
  for (const key of Object.keys(given))
    if (!KEYS.has(key)) problems.push({ path: key, message: `unknown key; known: ${[...KEYS].join(', ')}` });

  const check = <T>(
    key: keyof SweepRequest,
    usual: T,
    fits: (value: unknown) => value is T,
    what: string,
  ) => {
    const value = given[key] ?? usual;
    if (fits(value)) return value;
    problems.push({ path: key, message: `must be ${what}` });
    return usual;
  };
  const protect = check('protect', [], isTexts, 'a list of names');
  const settings = {
    apply: check('apply', false, (value) => typeof value === 'boolean', 'true or false'),
    providers: check('providers', [...PROVIDER_TYPES], isProviders, `a list of ${PROVIDER_TYPES.join(', ')}`),
    protect: [...protect, ...protectedNames(env)],
    maxRemovals: check(
      'maxRemovals',
      MAX_REMOVALS,
      isCount(LARGEST_MAX),
      `a whole number from 0 to ${LARGEST_MAX}`,
    ),
    marginSeconds: check(
      'marginSeconds',
      MARGIN_SECONDS,
      isCount(Number.MAX_SAFE_INTEGER),
      'whole seconds, 0 or more',
    ),
  };
  if (problems.length > 0) throw new InvalidSpecError(problems, 'sweep');
  return settings;
}

/** `SANDTIDE_PROTECT`: names that no sweep of this process touches, with commas or spaces between. */
export function protectedNames(env: NodeJS.ProcessEnv): string[] {
  return (env['SANDTIDE_PROTECT'] ?? '').split(/[\s,]+/).filter((name) => name !== '');
}

const KEYS: ReadonlySet<string> = new Set<keyof SweepRequest>([
  'apply',
  'providers',
  'protect',
  'maxRemovals',
  'marginSeconds',
]);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '');

const isProviders = (value: unknown): value is string[] =>
  isTexts(value) && value.length > 0 && value.every((type) => PROVIDER_TYPES.some((known) => known === type));

const isCount =
  (most: number) =>
  (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
