import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pinnedProgram } from './pinned-programs.ts';
import type { FoundProgram, ProgramName } from './programs.ts';
import type { ToolchainSetting } from './toolchain-setting.ts';

/** Where the cache keeps a program of the pinned version. */
export function cachedPath(name: ProgramName, setting: Pick<ToolchainSetting, 'cache' | 'target'>): string {
  return join(setting.cache, name, `${pinnedProgram(name).version}-${setting.target}`, name);
}

/** The program in the cache, or null. */
export async function findCached(
  name: ProgramName,
  setting: Pick<ToolchainSetting, 'cache' | 'target'>,
): Promise<FoundProgram | null> {
  const path = cachedPath(name, setting);
  if (!(await isExecutable(path))) return null;
  return { name, version: pinnedProgram(name).version, origin: 'cache', path };
}

/** Puts a finished file of the same file system into the cache, in one step. */
export async function moveIntoCache(
  file: string,
  name: ProgramName,
  setting: Pick<ToolchainSetting, 'cache' | 'target'>,
): Promise<string> {
  const path = cachedPath(name, setting);
  await chmod(file, 0o755);
  await mkdir(dirname(path), { recursive: true });
  await rename(file, path);
  return path;
}

/** A file with something in it that we may run. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    if (!found.isFile() || found.size === 0) return false;
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Writes a whole file or none. */
export async function writeWhole(path: string, content: string): Promise<void> {
  const partial = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(partial, content);
  await rename(partial, path);
}
