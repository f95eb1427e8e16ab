import { stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { UnworkableError } from '../domain/errors.ts';
import { pinnedProgram } from './pinned-programs.ts';
import { fittingVersions, versionFits } from './program-versions.ts';
import type { FoundProgram, ProgramName } from './programs.ts';
import { cachedPath, findCached, isExecutable } from './tool-cache.ts';
import type { ToolchainSetting } from './toolchain-setting.ts';
import type { VersionMemory } from './version-memory.ts';
import { askVersion, type Probe } from './version-probe.ts';

/** A program that is nowhere on this machine, and where it was looked for, in words. */
export interface MissingProgram {
  name: ProgramName;
  /** The version that would be got. */
  version: string;
  tried: string[];
}

export type LookUp = { found: FoundProgram } | { missing: MissingProgram };

/** The variable that names a program's path: SANDTIDE_KUBE_APISERVER. */
export function explicitVariable(name: string): string {
  return `SANDTIDE_${name.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * Looks for one program on this machine: the explicit path, PATH, the cache. Gets nothing.
 * @throws UnworkableError where the explicit path does not lead to a program: it is never passed over.
 */
export async function lookUp(
  name: ProgramName,
  setting: ToolchainSetting,
  memory: VersionMemory,
  signal: AbortSignal,
): Promise<LookUp> {
  const tried: string[] = [];
  const variable = explicitVariable(name);
  const explicit = setting.env[variable] ?? '';
  if (explicit !== '')
    return { found: await takeExplicit(name, variable, explicit, setting, memory, signal) };
  tried.push(`${variable}: not set`);

  const { version, fit } = pinnedProgram(name);
  let onPath = 0;
  for (const path of await executablesOnPath(name, setting.env)) {
    onPath += 1;
    const probe = await versionOf(name, path, setting.env, memory, signal);
    if (probe.outcome === 'told' && versionFits(probe.version, version, fit)) {
      return { found: { name, version: probe.version, origin: 'path', path } };
    }
    const told = probe.outcome === 'told' ? `is ${probe.version}` : 'tells no version';
    tried.push(`PATH: ${path} ${told}, and ${fittingVersions(version, fit)} is needed`);
  }
  if (onPath === 0) tried.push('PATH: none');

  const cached = await findCached(name, setting);
  if (cached !== null) return { found: cached };
  tried.push(`cache: no ${cachedPath(name, setting)}`);
  return { missing: { name, version, tried } };
}

async function takeExplicit(
  name: ProgramName,
  variable: string,
  given: string,
  setting: ToolchainSetting,
  memory: VersionMemory,
  signal: AbortSignal,
): Promise<FoundProgram> {
  const path = resolve(given);
  const wrong = (what: string) =>
    new UnworkableError({ object: `${variable}=${given}`, what, next: 'correct the variable or unset it' });
  if (!(await isExecutable(path))) throw wrong('no file that can be executed');
  const probe = await versionOf(name, path, setting.env, memory, signal);
  if (probe.outcome === 'unrunnable') throw wrong(`it can't be started (${probe.why})`);
  // The user's word counts, whatever the version.
  return { name, version: probe.outcome === 'told' ? probe.version : 'unknown', origin: 'explicit', path };
}

/** Every program of that name on PATH, in PATH's order. Relative folders are passed over, as a matter of safety. */
export async function executablesOnPath(name: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const folders = [...new Set((env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder)))];
  const paths = folders.map((folder) => join(folder, name));
  const usable = await Promise.all(paths.map((path) => isExecutable(path)));
  return paths.filter((_, index) => usable[index]);
}

async function versionOf(
  name: ProgramName,
  path: string,
  env: NodeJS.ProcessEnv,
  memory: VersionMemory,
  signal: AbortSignal,
): Promise<Probe> {
  const file = await stat(path);
  const remembered = memory.recall(path, file);
  if (remembered !== undefined) {
    return remembered === null ? { outcome: 'silent' } : { outcome: 'told', version: remembered };
  }
  const probe = await askVersion(name, path, env, signal);
  if (probe.outcome === 'told') memory.note(path, file, probe.version);
  if (probe.outcome === 'silent') memory.note(path, file, null);
  return probe;
}
