import { FIGURES } from './load-figures.ts';
import { isObject, merged } from './merged.ts';

/** Which of the load's figures stays when a single other one is set. */
const PREFERRED = {
  qps: ['total', 'duration'],
  duration: ['qps', 'total'],
  total: ['qps', 'duration'],
} as const;

/**
 * A document with parts of it set anew: mappings are gone into, anything else is replaced. Two of the load's figures give
 * the third: where one is set and two others stand, one of those is left out, the rate as the last; they would contradict.
 */
export function overlaid(document: unknown, changes: unknown): unknown {
  const base = isObject(document) && isObject(changes) ? withoutOldFigure(document, changes) : document;
  return merged(base, changes);
}

function withoutOldFigure(
  document: Record<string, unknown>,
  changes: Record<string, unknown>,
): Record<string, unknown> {
  const { load } = document;
  const set = isObject(changes['load']) ? changes['load'] : {};
  if (!isObject(load)) return document;
  const changed = FIGURES.filter((figure) => Object.hasOwn(set, figure));
  const [only] = changed;
  if (only === undefined) return document;
  const stays =
    changed.length > 1 ? undefined : PREFERRED[only].find((figure) => Object.hasOwn(load, figure));
  const kept = Object.entries(load).filter(
    ([key]) => !FIGURES.some((figure) => figure === key) || key === stays,
  );
  return { ...document, load: Object.fromEntries(kept) };
}
