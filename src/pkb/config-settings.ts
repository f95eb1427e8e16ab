import type { FoundProblem } from '../spec/field-problems.ts';
import { nearest } from '../spec/nearest.ts';
import { quote } from '../spec/quote.ts';
import type { SpecPath } from '../spec/schema-node.ts';
import type { PkbName } from './names.ts';
import { PKB_NAMES } from './names.ts';

/** A value of the config or of a flag, and the name that knows it; null for what nobody here knows. */
export interface PkbSetting {
  /** As messages call it: the path below the benchmark, or the flag. */
  words: string;
  known: PkbName | null;
  value: unknown;
  /** In the config file; null for a flag. */
  path: SpecPath | null;
}

export interface FoundSettings {
  settings: PkbSetting[];
  problems: FoundProblem[];
}

const DEFAULT_POOL = 'sandbox';
const DEFAULT_CLOUD = 'GCP';
/** What a benchmark of PerfKitBenchmarker has that is no setting of anything. */
const SPOKEN = new Set(['description', 'name']);

/** All settings of the one benchmark in the config, those of its `flags` too, in the order of the file. */
export function configSettings(config: unknown): FoundSettings {
  const found = benchmarkIn(config);
  if ('problem' in found) return { settings: [], problems: [found.problem] };
  const { body, path } = found;
  const settings: PkbSetting[] = [];
  const problems: FoundProblem[] = [];
  const chosen = { pool: poolOf(body), cloud: cloudOf(body) };
  for (const leaf of leaves(body, [])) {
    const at = [...path, ...leaf.path];
    const words = leaf.path.join('.');
    const [top = '', second] = leaf.path.map(String);
    if (SPOKEN.has(top)) continue;
    if (top === 'flags') {
      const read = flagSetting(second ?? '', leaf.value);
      if ('problem' in read) problems.push({ path: at, message: read.problem });
      else settings.push({ ...read, path: at });
      continue;
    }
    const known = knownKey(leaf.path.map(String), chosen);
    if (known === null && top === 'agent_sandbox') problems.push({ path: at, message: unknownKey(words) });
    else settings.push({ words, known, value: leaf.value, path: at });
  }
  return { settings, problems };
}

/** One flag by its name, whichever generation it is of. */
export function flagSetting(flag: string, value: unknown): PkbSetting | { problem: string } {
  const known = PKB_NAMES.find(({ flags }) => flags.includes(flag)) ?? null;
  if (known !== null || !flag.startsWith('agent_sandbox_'))
    return { words: `--${flag}`, known, value, path: null };
  const near = nearest(
    flag,
    PKB_NAMES.flatMap(({ flags }) => flags),
  );
  return {
    problem: `${quote(flag)} is no flag of agent_sandbox${near === null ? '' : `; did you mean ${near}?`}`,
  };
}

type Body = Record<string, unknown>;

/** The benchmark is a key of the document with what it needs in it, or the document itself. */
function benchmarkIn(config: unknown): { body: Body; path: SpecPath } | { problem: FoundProblem } {
  const asked = 'a benchmark of PerfKitBenchmarker with agent_sandbox and container_cluster';
  if (!isObject(config)) return { problem: { path: [], message: `found ${quote(config)}; give ${asked}` } };
  if (isObject(config['container_cluster'])) return { body: config, path: [] };
  const named = Object.entries(config).filter(
    (entry): entry is [string, Body] =>
      isObject(entry[1]) &&
      ['container_cluster', 'agent_sandbox'].some((key) => Object.hasOwn(entry[1] as Body, key)),
  );
  const [first, ...others] = named;
  if (first === undefined)
    return { problem: { path: [], message: `there is no benchmark in it; give ${asked}` } };
  if (others.length > 0) {
    const names = named.map(([name]) => name).join(', ');
    return { problem: { path: [others[0]![0]], message: `one benchmark is read at a time; found ${names}` } };
  }
  return { body: first[1], path: [first[0]] };
}

/** What a config's CLOUD and POOL are. */
interface Chosen {
  pool: string;
  cloud: string;
}

/** A config describes nodes for several clouds; those of the one that it is for count. */
function cloudOf(body: Body): string {
  const cluster = body['container_cluster'];
  const cloud = isObject(cluster) ? cluster['cloud'] : undefined;
  return typeof cloud === 'string' ? cloud : DEFAULT_CLOUD;
}

function poolOf(body: Body): string {
  const sandbox = body['agent_sandbox'];
  const pool = isObject(sandbox) ? sandbox['sandbox_nodepool'] : undefined;
  return typeof pool === 'string' ? pool : DEFAULT_POOL;
}

/** Values, with mappings gone into; labels are a value. */
function* leaves(value: unknown, path: SpecPath): Generator<{ path: SpecPath; value: unknown }> {
  const key = path.at(-1);
  if (!isObject(value) || key === 'labels' || key === 'node_labels') {
    yield { path, value };
    return;
  }
  for (const [inner, each] of Object.entries(value)) yield* leaves(each, [...path, inner]);
}

function knownKey(path: readonly string[], { pool, cloud }: Chosen): PkbName | null {
  const found = PKB_NAMES.find(({ key }) => {
    const parts = key?.split('.') ?? [];
    if (parts.length !== path.length) return false;
    return parts.every((part, index) =>
      part === 'CLOUD'
        ? path[index] === cloud
        : part === 'POOL'
          ? path[index] === pool
          : part === path[index],
    );
  });
  return found ?? null;
}

function unknownKey(words: string): string {
  const near = nearest(
    words,
    PKB_NAMES.flatMap(({ key }) => key ?? []),
  );
  return `PerfKitBenchmarker knows no ${words}${near === null ? '' : `; did you mean ${near}?`}`;
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
