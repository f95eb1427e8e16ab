import type { Work } from '../domain/work.ts';
import { build } from './build.ts';
import { reportingElapsed } from './elapsed-progress.ts';
import { requireGo } from './go-command.ts';
import type { MissingProgram } from './look-up.ts';
import { pinnedProgram, type ToolName } from './pinned-programs.ts';
import type { FoundProgram, ProgramName } from './programs.ts';
import { findCached, moveIntoCache } from './tool-cache.ts';
import { holdingTool } from './tool-lock.ts';
import type { ToolchainSetting } from './toolchain-setting.ts';

/** Builds everything that is given, tool by tool. */
export async function obtainBuilds(
  missing: readonly MissingProgram[],
  setting: ToolchainSetting,
  work: Work,
): Promise<FoundProgram[]> {
  const go = await requireGo(setting.env, missing, work.signal);
  const byTool = Map.groupBy(missing, ({ name }) => pinnedProgram(name).tool);
  const found: FoundProgram[] = [];
  for (const [index, [tool, programs]] of [...byTool].entries()) {
    const place = `(${index + 1} of ${byTool.size})`;
    const names = programs.map(({ name }) => name);
    found.push(...(await obtainBuild(go, tool, names, place, setting, work)));
  }
  return found;
}

async function obtainBuild(
  go: string,
  tool: ToolName,
  names: readonly ProgramName[],
  place: string,
  setting: ToolchainSetting,
  work: Work,
): Promise<FoundProgram[]> {
  return holdingTool(setting.cache, tool, work, async (hold) => {
    // Whoever held the lock before us has probably built them.
    const cached = await Promise.all(names.map((name) => findCached(name, setting)));
    const found = cached.filter((program) => program !== null);
    const left = names.filter((name) => !found.some((program) => program.name === name));
    if (left.length === 0) return found;
    const folder = await hold.makeFolder();
    const built = await reportingElapsed(
      work,
      () => `building ${left.join(', ')} ${place}`,
      () => build({ go, tool, names: left, folder }, setting, hold.signal),
    );
    for (const [name, file] of built) {
      const path = await moveIntoCache(file, name, setting);
      found.push({ name, version: pinnedProgram(name).version, origin: 'build', path });
    }
    return found;
  });
}
