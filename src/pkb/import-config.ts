import { durationMs, formatDuration } from '../domain/durations.ts';
import type { SpecProblem } from '../domain/errors.ts';
import { InvalidSpecError } from '../domain/errors.ts';
import { pathText, quote } from '../spec/quote.ts';
import type { ReadSpec } from '../spec/read-file.ts';
import { resolveSpec } from '../spec/resolve.ts';
import { AGENT_SANDBOX_RELEASES } from '../spec/agent-sandbox-schema.ts';
import type { PkbSetting } from './config-settings.ts';
import { configSettings, flagSetting } from './config-settings.ts';
import { readValue } from './read-value.ts';

/** A PerfKitBenchmarker config as a spec. */
export interface Imported {
  spec: Record<string, unknown>;
  /** Where each value of the spec comes from, by its place. */
  origins: Map<string, string>;
  /** What was left behind, and why; a sentence each. */
  left: string[];
}

/** What PerfKitBenchmarker takes where nothing is said, and a spec would not. */
const DEFAULTS = {
  'load.qps': 10,
  'load.duration': '60s',
  'agentSandbox.template.runtimeClass': 'runsc',
  'agentSandbox.warmPool.replicas': 150,
} as const;
const DEFAULT_WORDS = "PerfKitBenchmarker's default";
/** Beyond the load: the first fill, the last claim's end, and the teardown, with room to spare. */
const LEASE_ROOM_MS = durationMs('1h');

/**
 * Turns a config and flags into a spec for the local provider. Throws InvalidSpecError with every problem at once, each
 * with its line and column in the config, or the flag's name.
 */
export function importConfig(read: ReadSpec, flags: readonly string[]): Imported {
  const { settings, problems: found } = configSettings(read.input);
  const problems: SpecProblem[] = found.map(({ path, message }) => ({
    path: pathText(path),
    message,
    ...read.locate(path),
  }));
  const values = new Map<string, { value: unknown; from: PkbSetting | null }>();
  const left: string[] = [];
  const take = (setting: PkbSetting): void => {
    const { known, words, value } = setting;
    if (known === null) {
      left.push(`${words}: has no counterpart`);
      return;
    }
    if (known.place === null) {
      left.push(`${words}: ${known.note ?? 'has no counterpart'}`);
      return;
    }
    const said = readValue(value, known.reading);
    if ('wrong' in said)
      problems.push({ path: placeIn(setting), message: said.wrong, ...lineOf(setting, read) });
    else if ('left' in said) left.push(`${words}: ${said.left}`);
    else values.set(known.place, { value: said.value, from: setting });
  };
  settings.forEach(take);
  for (const text of flags) {
    const flag = readFlag(text);
    if ('problem' in flag) problems.push({ path: text, message: flag.problem });
    else take(flag);
  }
  settle(values, left);
  const spec = documentOf(values);
  problems.push(...problemsOf(spec, values, read));
  if (problems.length > 0) throw new InvalidSpecError(problems, read.source);
  const origins = [...values].map(([place, { from }]): [string, string] => [
    place,
    from?.words ?? DEFAULT_WORDS,
  ]);
  return { spec, origins: new Map(origins), left };
}

/** `--agent_sandbox_qps=20`, `--agent_sandbox_controller_enable_tracing`, `--no...` for false. */
function readFlag(text: string): PkbSetting | { problem: string } {
  const [, name = '', value] = /^-{0,2}([a-zA-Z]\w*)(?:=(.*))?$/s.exec(text) ?? [];
  if (name === '') return { problem: `found ${quote(text)}; write a flag as --agent_sandbox_qps=20` };
  if (value !== undefined) return flagSetting(name, value);
  return name.startsWith('noagent_sandbox_') ? flagSetting(name.slice(2), false) : flagSetting(name, true);
}

/** PerfKitBenchmarker's own rules and defaults, and what the local provider can't do. */
function settle(values: Map<string, { value: unknown; from: PkbSetting | null }>, left: string[]): void {
  if (values.has('load.total')) values.delete('load.duration');
  for (const [place, value] of Object.entries(DEFAULTS)) {
    const isTotalSet = place === 'load.duration' && values.has('load.total');
    if (!values.has(place) && !isTotalSet) values.set(place, { value, from: null });
  }
  const version = values.get('agentSandbox.version');
  const [ours] = AGENT_SANDBOX_RELEASES;
  if (version !== undefined && version.value !== ours) {
    values.delete('agentSandbox.version');
    left.push(`${version.from?.words}: ${quote(version.value)}; the local provider runs ${ours}`);
    const image = values.get('agentSandbox.controller.image');
    if (image !== undefined) {
      values.delete('agentSandbox.controller.image');
      left.push(`${image.from?.words}: ${quote(image.value)}; it goes with the release that was left out`);
    }
  }
  const ttl = values.get('agentSandbox.claim.ttlAfterFinished');
  if (ttl?.value === '0s') values.delete('agentSandbox.claim.ttlAfterFinished'); // PerfKitBenchmarker's word for none
}

function documentOf(values: ReadonlyMap<string, { value: unknown }>): Record<string, unknown> {
  const document: Record<string, unknown> = { provider: { type: 'local' }, agentSandbox: {}, load: {} };
  for (const [place, { value }] of values) put(document, place.split('.'), value);
  const lease = leaseFor(document['load'] as Record<string, unknown>);
  return lease === null ? document : { ...document, limits: { lease } };
}

function put(into: Record<string, unknown>, [key = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) into[key] = value;
  else put((into[key] ??= {}) as Record<string, unknown>, rest, value);
}

/** The default lease has to do for a load of up to an hour; null where it does. */
function leaseFor({ qps, duration, total }: Record<string, unknown>): string | null {
  const loadMs =
    typeof duration === 'string'
      ? durationMs(duration)
      : typeof total === 'number'
        ? (total / Number(qps)) * 1000
        : 0;
  const hours = Math.ceil((loadMs + LEASE_ROOM_MS) / durationMs('1h'));
  return Number.isFinite(hours) && hours > 2 && hours < 9000
    ? formatDuration(hours * durationMs('1h'))
    : null;
}

/** What the spec's own schema has against the values, told at the places that they came from. */
function problemsOf(
  spec: unknown,
  values: ReadonlyMap<string, { from: PkbSetting | null }>,
  read: ReadSpec,
): SpecProblem[] {
  try {
    resolveSpec(spec);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidSpecError)) throw error;
    return error.problems.map(({ path, message }) => {
      const place = [...values.keys()].find(
        (each) => path === each || path.startsWith(`${each}.`) || path.startsWith(`${each}[`),
      );
      const from = place === undefined ? null : (values.get(place)?.from ?? null);
      return from === null
        ? { path, message }
        : { path: placeIn(from), message: `${message} (as ${path})`, ...lineOf(from, read) };
    });
  }
}

const placeIn = ({ path, words }: PkbSetting) => (path === null ? words : pathText(path));

const lineOf = ({ path }: PkbSetting, read: ReadSpec) => (path === null ? {} : read.locate(path));
