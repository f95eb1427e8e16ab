import { SandtideError, UnworkableError } from '../domain/errors.ts';
import type { Work } from '../domain/work.ts';
import { type LookUp, lookUp, type MissingProgram } from './look-up.ts';
import { isProgramName } from './pinned-programs.ts';
import { type FoundProgram, type ProgramName, PROGRAMS } from './programs.ts';
import type { ToolInventory } from './tool-inventory.ts';
import type { Toolchain } from './toolchain.ts';
import { resolveSetting, type ToolchainOptions, type ToolchainSetting } from './toolchain-setting.ts';
import { openVersionMemory } from './version-memory.ts';

/**
 * Where programs come from, in this order: the path in the program's variable (SANDTIDE_ETCD), PATH at a fitting
 * version, the cache, a download whose SHA-256 is pinned, a build from the go.mod in `tools/`.
 *
 * The published package must contain `tools/`. Only errors of `src/domain/errors.ts` and the signal's reason leave it.
 * @throws UnworkableError where SANDTIDE_DOWNLOAD_BASE_URL is no URL
 */
export function createToolchain(options: ToolchainOptions = {}): Toolchain & ToolInventory {
  const setting = resolveSetting(options);
  return {
    async find(name, work) {
      const found = await inOurWords(setting, work, () => findPrograms([name], setting, work));
      return found[name]!;
    },
    findAll: (names, work) => inOurWords(setting, work, () => findPrograms(names, setting, work)),
    agentSandboxManifests: (version, work) =>
      inOurWords(setting, work, async () => {
        const { findAgentSandboxManifests } = await import('./agent-sandbox-manifests.ts');
        return findAgentSandboxManifests(version, setting, work);
      }),
    inventory: (work) =>
      inOurWords(setting, work, async () =>
        (await lookUpAll(PROGRAMS, setting, work)).map((result) =>
          'found' in result ? result.found : { ...result.missing, origin: 'missing' as const },
        ),
      ),
  };
}

async function findPrograms(
  names: readonly ProgramName[],
  setting: ToolchainSetting,
  work: Work,
): Promise<Record<string, FoundProgram>> {
  const results = await lookUpAll(names, setting, work);
  const found = results.flatMap((result) => ('found' in result ? [result.found] : []));
  const missing = results.flatMap((result) => ('missing' in result ? [result.missing] : []));
  if (missing.length > 0) found.push(...(await obtain(missing, setting, work)));
  return Object.fromEntries(found.map((program) => [program.name, program]));
}

async function lookUpAll(
  names: readonly ProgramName[],
  setting: ToolchainSetting,
  work: Work,
): Promise<LookUp[]> {
  work.signal.throwIfAborted();
  const unknown = names.find((name) => !isProgramName(name));
  if (unknown !== undefined) {
    throw new UnworkableError({
      object: String(unknown),
      what: 'no such program',
      next: `name one of ${PROGRAMS.join(', ')}`,
    });
  }
  const memory = await openVersionMemory(setting.cache);
  const results = await Promise.all(
    [...new Set(names)].map((name) => lookUp(name, setting, memory, work.signal)),
  );
  await memory.keep();
  return results;
}

async function obtain(
  missing: MissingProgram[],
  setting: ToolchainSetting,
  work: Work,
): Promise<FoundProgram[]> {
  // Loaded here, because a warm look-up needs neither HTTP nor Go and should not wait for their libraries.
  const { obtainDownloads } = await import('./obtain-downloads.ts');
  const downloaded = await obtainDownloads(missing, setting, work);
  const left = missing.filter(({ name }) => !downloaded.some((program) => program.name === name));
  if (left.length === 0) return downloaded;
  const { obtainBuilds } = await import('./obtain-builds.ts');
  return [...downloaded, ...(await obtainBuilds(left, setting, work))];
}

/** Lets nothing else out than our own errors and the reason of an abort. */
async function inOurWords<T>(setting: ToolchainSetting, work: Work, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    work.signal.throwIfAborted();
    if (error instanceof SandtideError) throw error;
    throw new UnworkableError({
      object: setting.cache,
      what: error instanceof Error ? error.message : String(error),
      next: 'see that this folder can be written and has room, or choose another by XDG_CACHE_HOME',
      cause: error,
    });
  }
}
