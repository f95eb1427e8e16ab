import type * as z from 'zod';
import { pathText } from './quote.ts';
import type { SpecPath } from './schema-node.ts';
import { valueAt } from './schema-node.ts';
import type { CheckedSpec } from './schema.ts';
import { runSpecSchema } from './schema.ts';

/** Each round takes out at least one wrong value or the object around it; the schema is not deeper than this. */
const MOST_ROUNDS = 12;

export interface Salvaged {
  /** What the schema finds wrong with the document. */
  issues: readonly z.core.$ZodIssue[];
  /** The document with everything wrong taken out and defaults in its place; null where nothing usable is left. */
  spec: CheckedSpec | null;
  /** Whether the value at `load.qps` is the user's (or a default), and none that stands in for a wrong one. */
  sound: (place: string) => boolean;
}

/**
 * Reads a document although parts of it are wrong, so that the checks across several values can still speak about the
 * parts that are right: a user then hears of everything at once.
 */
export function salvage(document: unknown): Salvaged {
  const first = runSpecSchema.safeParse(document);
  if (first.success) return { issues: [], spec: first.data, sound: () => true };
  const rest = structuredClone(document);
  const wrong = new Set<string>();
  const sound = (place: string) => ![...wrong].some((each) => within(place, each) || within(each, place));
  let issues: readonly z.core.$ZodIssue[] = first.error.issues;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    for (const issue of issues) {
      const path = issue.path.filter((key) => typeof key !== 'symbol');
      if (issue.code === 'unrecognized_keys') {
        issue.keys.forEach((key) => remove(rest, [...path, key]));
        continue;
      }
      const removed = remove(rest, path);
      if (removed === null) return { issues: first.error.issues, spec: null, sound };
      wrong.add(pathText(removed));
    }
    const again = runSpecSchema.safeParse(rest);
    if (again.success) return { issues: first.error.issues, spec: again.data, sound };
    issues = again.error.issues;
  }
  return { issues: first.error.issues, spec: null, sound };
}

const within = (place: string, outer: string) => place === outer || place.startsWith(`${outer}.`);

/** Takes the value at `path` out, or what holds it where it is missing or an item of a list. Says what it took. */
function remove(document: unknown, path: SpecPath): SpecPath | null {
  const key = path.at(-1);
  if (key === undefined) return null;
  const holder = valueAt(path.slice(0, -1), document);
  if (typeof holder !== 'object' || holder === null || Array.isArray(holder) || !Object.hasOwn(holder, key)) {
    return remove(document, path.slice(0, -1));
  }
  delete (holder as Record<string, unknown>)[key];
  return path;
}
