import type * as z from 'zod';
import { allowedWords, choicesOf } from './allowed.ts';
import { flagElsewhere } from './controller-flags.ts';
import { nearest } from './nearest.ts';
import { pathText, quote } from './quote.ts';
import type { SchemaNode, SpecPath } from './schema-node.ts';
import { nodeAt, propertiesOf, schemaPlaces, specJsonSchema, tagOf, valueAt } from './schema-node.ts';

/** A problem before its place in a file is known. */
export interface FoundProblem {
  path: SpecPath;
  message: string;
}

/** A kind of document, and how messages speak of it. */
export interface DocumentKind {
  schema: SchemaNode;
  /** `spec`, `faults file`. */
  name: string;
  /** What it can't be without. */
  needed: string;
}

const SPEC: DocumentKind = { schema: specJsonSchema, name: 'spec', needed: 'load' };

/** A document of nothing but unknown keys need not be told each of them. */
const MOST_UNKNOWN_KEYS = 50;

/** zod's issues as one problem for each place, in words of our own: what was found and what is allowed. */
export function fieldProblems(
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  kind: DocumentKind = SPEC,
): FoundProblem[] {
  const seen = new Set<string>();
  return issues.flatMap((issue) => {
    const path = issue.path.filter((key) => typeof key !== 'symbol');
    if (issue.code === 'unrecognized_keys') return unknownKeys(path, issue.keys, input, kind.schema);
    const place = pathText(path); // several checks of one value fail together: they are one problem
    if (seen.has(place)) return [];
    seen.add(place);
    const message =
      issue.code === 'invalid_key' ? keyMessage(path, input, kind) : valueMessage(path, input, kind);
    return [{ path, message }];
  });
}

/** For a mapping whose keys are the user's own. */
function keyMessage(path: SpecPath, input: unknown, { schema }: DocumentKind): string {
  const names = nodeAt(path.slice(0, -1), input, schema)?.propertyNames;
  const allowed = names === undefined ? 'another key' : allowedWords(names);
  return `${quote(path.at(-1))} can be no key here; allowed: ${allowed}`;
}

function valueMessage(path: SpecPath, input: unknown, kind: DocumentKind): string {
  const found = valueAt(path, input);
  if (path.length === 0) return documentMessage(found, kind);
  const node = nodeAt(path, input, kind.schema);
  const choices = node === null ? null : choicesOfPlace(path, node, kind.schema);
  if (choices !== null) {
    const near = typeof found === 'string' ? nearest(found, choices) : null;
    const what = found === undefined ? 'is missing' : `${quote(found)} is not known`;
    return `${what}${didYouMean(near)}; known: ${choices.join(', ')}`;
  }
  const allowed = node === null ? 'another value' : allowedWords(node);
  return found === undefined ? `is missing; give ${allowed}` : `found ${quote(found)}; allowed: ${allowed}`;
}

/** Where a key such as `type` chooses among the options of a union, those of all options; else the value's own. */
function choicesOfPlace(path: SpecPath, node: SchemaNode, schema: SchemaNode): string[] | null {
  const union = nodeAt(path.slice(0, -1), undefined, schema);
  const tag = union === null ? null : tagOf(union);
  if (union?.oneOf === undefined || tag === null || path.at(-1) !== tag) return choicesOf(node);
  return union.oneOf.flatMap((option) => choicesOf(option.properties?.[tag] ?? {}) ?? []);
}

function documentMessage(found: unknown, { name, schema, needed }: DocumentKind): string {
  const what = found === undefined || found === null ? `there is no ${name}` : `found ${quote(found)}`;
  return `${what}; a ${name} is ${allowedWords(schema)}, of which ${needed} is needed`;
}

function unknownKeys(
  path: SpecPath,
  keys: readonly string[],
  input: unknown,
  schema: SchemaNode,
): FoundProblem[] {
  const node = nodeAt(path, input, schema) ?? {};
  const known = Object.keys(propertiesOf(node, valueAt([...path, tagOf(node)], input)));
  const isFlags = pathText(path) === 'agentSandbox.controller.flags';
  const problems = keys.slice(0, MOST_UNKNOWN_KEYS).map((key) => {
    const flag = isFlags ? flagElsewhere(key) : null;
    const hint = flag === null ? didYouMean(nearest(key, known) ?? elsewhere(key, schema)) : `; ${flag}`;
    return { path: [...path, key], message: `unknown key${hint}; known here: ${known.join(', ')}` };
  });
  const more = keys.length - problems.length;
  return more === 0 ? problems : [...problems, { path, message: `${more} more unknown keys` }];
}

/** The full path of a key that is known, but in another object. */
function elsewhere(key: string, schema: SchemaNode): string | null {
  const place = [...schemaPlaces(schema)].find(({ path }) => path.at(-1) === key);
  return place === undefined ? null : pathText(place.path);
}

const didYouMean = (near: string | null) => (near === null ? '' : `; did you mean ${near}?`);
