import type { Document, Node, Pair, YAMLError, YAMLMap } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument as parseYaml, visit } from 'yaml';
import type { SpecProblem } from '../domain/errors.ts';
import { InvalidSpecError } from '../domain/errors.ts';
import { printable, safeText } from './quote.ts';
import type { ReadSpec } from './read-file.ts';
import type { SpecPath } from './schema-node.ts';

/** A spec that repeats itself more often is a YAML bomb. */
const MOST_ALIASES = 100;
/** One slip makes many syntax errors; the first few tell which. */
const MOST_SYNTAX_PROBLEMS = 10;

/**
 * YAML 1.2 with its core schema and nothing more: no custom tags, no merge keys (`<<` is an unknown key), one document,
 * each key once. JSON is read the same way, so that its problems have lines too.
 */
export function parseDocument(text: string, source: string, strictJson: boolean): ReadSpec {
  const lines = new LineCounter();
  const document = parseYaml(text, {
    lineCounter: lines,
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false, // the library compares each key with every other; `repetitions` does not
    prettyErrors: false,
    logLevel: 'error',
  });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems = [
    ...(strictJson ? jsonProblems(text, place) : []),
    ...[...document.errors, ...document.warnings].map((error) => syntaxProblem(error, place(error.pos[0]))),
  ].slice(0, MOST_SYNTAX_PROBLEMS);
  if (problems.length > 0) throw new InvalidSpecError(problems, source);
  const repeated = [...aliasProblems(document, place), ...repetitions(document, place)];
  if (repeated.length > 0) throw new InvalidSpecError(repeated.slice(0, MOST_SYNTAX_PROBLEMS), source);
  return {
    input: valueOf(document, source),
    source,
    locate: (path) => place(offsetOf(document, path)),
  };
}

type Places = (offset: number) => { line: number; column: number };

function syntaxProblem(error: YAMLError, at: { line: number; column: number }): SpecProblem {
  const message =
    error.code === 'RESOURCE_EXHAUSTION' ? 'nested too deep' : printable(error.message.slice(0, 300));
  return {
    path: '',
    message: `not valid ${error.name === 'YAMLWarning' ? 'in a spec' : 'YAML'}: ${message}`,
    ...at,
  };
}

function jsonProblems(text: string, place: Places): SpecProblem[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const position = /at position (\d+)/.exec(what); // not each of its messages says where
    const at = position === null ? {} : place(Number(position[1]));
    return [{ path: '', message: `not valid JSON: ${printable(what.slice(0, 300))}`, ...at }];
  }
}

/** Aliases that lead nowhere or into themselves, or so many that they stand for a document of any size. */
function aliasProblems(document: Document.Parsed, place: Places): SpecProblem[] {
  const problems: SpecProblem[] = [];
  let count = 0;
  visit(document, {
    Alias(_, alias, ancestors) {
      count += 1;
      const at = place(alias.range?.[0] ?? 0);
      const target = count > MOST_ALIASES ? undefined : alias.resolve(document);
      if (count > MOST_ALIASES) {
        problems.push({
          path: '',
          message: `more than ${MOST_ALIASES} aliases; write the values out`,
          ...at,
        });
        return visit.BREAK;
      }
      if (target === undefined) {
        problems.push({
          path: '',
          message: `no anchor &${safeText(alias.source)} stands before this alias`,
          ...at,
        });
      } else if (ancestors.includes(target)) {
        problems.push({ path: '', message: `&${safeText(alias.source)} contains itself`, ...at });
      }
    },
  });
  return problems;
}

/** Keys that stand twice in one mapping: which one was meant can't be known. */
function repetitions(document: Document.Parsed, place: Places): SpecProblem[] {
  const problems: SpecProblem[] = [];
  visit(document, {
    Map(_, map) {
      const first = new Map<string, number>();
      for (const { key } of map.items as Pair<Node>[]) {
        const name = keyName(key);
        const offset = key.range?.[0] ?? 0;
        const before = first.get(name);
        if (before === undefined) first.set(name, offset);
        else {
          const message = `the key ${safeText(name)} stands here again (first in line ${place(before).line})`;
          problems.push({ path: '', message, ...place(offset) });
        }
      }
      return problems.length > MOST_SYNTAX_PROBLEMS ? visit.BREAK : undefined;
    },
  });
  return problems;
}

function valueOf(document: Document.Parsed, source: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch {
    const message = 'its aliases stand for a document of enormous size; write the values out';
    throw new InvalidSpecError([{ path: '', message, line: 1, column: 1 }], source);
  }
}

/** Where the value at `path` begins with its key; where there is none, the nearest thing around it. */
function offsetOf(document: Document.Parsed, path: SpecPath): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = (node as YAMLMap<Node, Node | null>).items.find(
        (each) => keyName(each.key) === String(key),
      );
      if (pair === undefined) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

const keyName = (key: unknown) => (isScalar(key) ? String(key.value) : '');
