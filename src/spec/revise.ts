import type { SpecProblem } from '../domain/errors.ts';
import { InvalidSpecError } from '../domain/errors.ts';
import { jsonCopy } from './json-copy.ts';
import type { Figure } from './load-figures.ts';
import { FIGURES } from './load-figures.ts';
import { isObject, merged } from './merged.ts';
import { pathText, quote } from './quote.ts';
import { resolveSpec } from './resolve.ts';
import type { RunSpec } from './schema.ts';

/** What a stage that is tried again brings up to date; all else is built into what stands. */
const CHANGEABLE = ['load', 'agentSandbox.controller', 'agentSandbox.warmPool'];

/** What of the load is built into the cluster all the same. */
const WORK = ['workloadDuration', 'workloadCommand'] as const;

/**
 * A resolved spec with parts of it changed: `{ load: { qps: 5 } }`. Throws `InvalidSpecError` with every problem at once:
 * what may not be changed, and what the changed spec would have wrong.
 */
export function reviseSpec(spec: RunSpec, changes: unknown): RunSpec {
  const { copy, problems: notJson } = jsonCopy(changes);
  const problems: SpecProblem[] = notJson.map(({ path, message }) => ({ path: pathText(path), message }));
  if (!isObject(copy)) {
    const message = `found ${quote(copy)}; a change is a mapping such as {"load":{"qps":5}}`;
    throw new InvalidSpecError([...problems, { path: '', message }], 'change', 'change');
  }
  problems.push(...unchangeable(copy, spec));
  let revised: RunSpec | null = null;
  try {
    // What may not be changed at all is not told again as wrong.
    revised = resolveSpec(merged(withoutOldFigures(spec, copy), changeable(copy)));
  } catch (error) {
    if (!(error instanceof InvalidSpecError)) throw error;
    const told = new Set(problems.map(({ path }) => path));
    problems.push(...error.problems.filter(({ path }) => !told.has(path)));
  }
  if (problems.length > 0 || revised === null) throw new InvalidSpecError(problems, 'change', 'change');
  return revised;
}

function changeable({ load, agentSandbox }: Record<string, unknown>): Record<string, unknown> {
  const sandbox = isObject(agentSandbox) ? agentSandbox : {};
  const inSandbox = Object.entries(sandbox).filter(([key]) => CHANGEABLE.includes(`agentSandbox.${key}`));
  return { ...(load === undefined ? {} : { load }), agentSandbox: Object.fromEntries(inSandbox) };
}

function unchangeable(changes: Record<string, unknown>, spec: RunSpec): SpecProblem[] {
  const problems = places(changes, [])
    .filter((place) => !CHANGEABLE.some((allowed) => place === allowed || place.startsWith(`${allowed}.`)))
    .map((path) => ({
      path,
      message: `cannot be changed in a run under way; ${CHANGEABLE.join(', ')} can`,
    }));
  const load = isObject(changes['load']) ? changes['load'] : {};
  const fixed = WORK.filter((key) => load[key] !== undefined && !same(load[key], spec.load[key]));
  const settled = fixed.map((key) => ({
    path: `load.${key}`,
    message: `stays ${written(spec.load[key])}: what may run in the sandboxes was settled with the cluster`,
  }));
  return [...problems, ...settled];
}

const written = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** `load`, `agentSandbox.controller`: as deep as what may be changed is told apart. */
function places(changes: Record<string, unknown>, path: readonly string[]): string[] {
  return Object.entries(changes).flatMap(([key, value]) => {
    const place = [...path, key];
    const hasInner = CHANGEABLE.some((allowed) => allowed.startsWith(`${place.join('.')}.`));
    return hasInner && isObject(value) ? places(value, place) : [place.join('.')];
  });
}

/**
 * Two of the load's figures give the third. Where one is changed the rate stays, or the number of claims where it is the
 * rate that changes; where more are changed they speak for themselves. Arrivals with a rate of their own, and phases, have
 * figures that follow from them.
 */
function withoutOldFigures(spec: RunSpec, changes: Record<string, unknown>): RunSpec {
  const load = isObject(changes['load']) ? changes['load'] : {};
  const dropped = new Set<string>(load['phases'] === undefined ? [] : [...FIGURES, 'arrivals']);
  const shape = isObject(load['arrivals']) ? load['arrivals']['shape'] : undefined;
  if (shape !== undefined) dropped.add('arrivals');
  const changed = FIGURES.filter((figure) => load[figure] !== undefined);
  if (hasOwnRate(shape ?? spec.load.arrivals.shape)) {
    // One of the two others is enough.
    if (shape !== undefined || changed.length > 0) dropped.add('qps').add('total');
    if (changed.includes('total')) dropped.add('duration');
  } else if (changed.length > 0) {
    const stays: Figure | null = changed.length > 1 ? null : changed[0] === 'qps' ? 'total' : 'qps';
    for (const figure of FIGURES) if (figure !== stays) dropped.add(figure);
  }
  const kept = Object.entries(spec.load).filter(([key]) => !dropped.has(key));
  return { ...spec, load: Object.fromEntries(kept) as RunSpec['load'] };
}

function hasOwnRate(shape: unknown): boolean {
  return shape !== 'constant' && shape !== 'poisson';
}
