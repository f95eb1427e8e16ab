import type { FoundProblem } from './field-problems.ts';
import type { SpecPath } from './schema-node.ts';

/** Far above any spec that a person wrote, far below what would keep a worker busy. */
const MOST_DEPTH = 32;
const MOST_VALUES = 10_000;
/** Enough to see what is wrong. */
const MOST_REPORTED = 50;

/** The document is no spec whatever it says: looking into it further is of no use. */
class Hopeless extends Error {}

/**
 * The document as JSON would carry it, copied, with everything that JSON can't hold left out and told. Later checks
 * so see own properties alone, no getters, no cycles and nothing large; and both ways in see the same values.
 */
export function jsonCopy(input: unknown): { copy: unknown; problems: FoundProblem[] } {
  const problems: FoundProblem[] = [];
  try {
    return { copy: copyOf(input, [], { left: MOST_VALUES }, problems), problems };
  } catch (error) {
    // A getter or a proxy can throw anything at all.
    const message =
      error instanceof Hopeless
        ? error.message
        : 'the document cannot be read; give plain mappings and values, as JSON has them';
    return { copy: undefined, problems: [{ path: [], message }] };
  }
}

function copyOf(value: unknown, path: SpecPath, count: { left: number }, problems: FoundProblem[]): unknown {
  count.left -= 1;
  if (count.left < 0) throw tooMany();
  if (path.length > MOST_DEPTH) {
    throw new Hopeless(`nested more than ${MOST_DEPTH} deep (or in itself); a spec has at most 5 levels`);
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value === 0 ? 0 : value; // JSON knows no -0
  if (Array.isArray(value)) {
    if (value.length > count.left) throw tooMany();
    return Array.from(value, (each: unknown, index) =>
      copyOf(each ?? null, [...path, index], count, problems),
    );
  }
  if (typeof value === 'object' && isPlain(value)) {
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const each = (value as Record<string, unknown>)[key];
      if (each === undefined) continue;
      const copied = copyOf(each, [...path, key], count, problems);
      // Plain assignment to `__proto__` would change the copy's prototype instead.
      Object.defineProperty(copy, key, {
        value: copied,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return copy;
  }
  if (value !== undefined && problems.length < MOST_REPORTED) {
    problems.push({ path, message: `found ${kindOf(value)}, which JSON cannot hold` });
  }
  return undefined;
}

const tooMany = () => new Hopeless(`more than ${MOST_VALUES} values; a spec has some dozens`);

/** Made by `{}` or by a parser, here or in another realm; no class of anybody's. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const kindOf = (value: unknown) =>
  typeof value === 'object' ? 'an object that is no plain mapping' : `a ${typeof value}`;
