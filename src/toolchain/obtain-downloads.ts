import type { Work } from '../domain/work.ts';
import { download } from './download.ts';
import { reportingElapsed } from './elapsed-progress.ts';
import type { MissingProgram } from './look-up.ts';
import type { FoundProgram } from './programs.ts';
import { type ReleaseFile, releaseFile } from './release-files.ts';
import { findCached, moveIntoCache } from './tool-cache.ts';
import { holdingTool, type ToolHold } from './tool-lock.ts';
import type { ToolchainSetting } from './toolchain-setting.ts';
import { pinnedProgram } from './pinned-programs.ts';

/** Sites that this process has found out of reach. They are not asked twice. */
const lostSites = new Map<string, string>();

interface Wanted {
  missing: MissingProgram;
  url: string;
  site: string;
  sha256: string;
  member: string | null;
}

/**
 * Downloads what has a pinned digest and a site in reach. What was not got keeps the reason in its `tried`.
 * @throws UnworkableError on a digest that differs
 */
export async function obtainDownloads(
  missing: readonly MissingProgram[],
  setting: ToolchainSetting,
  work: Work,
): Promise<FoundProgram[]> {
  const wanted = missing.flatMap((program) => wantedDownload(program, setting) ?? []);
  const found: FoundProgram[] = [];
  for (const [index, one] of wanted.entries()) {
    const lost = lostSites.get(one.site);
    if (lost !== undefined) {
      one.missing.tried.push(`download: ${one.site} is out of reach (${lost})`);
      continue;
    }
    const place = `(${index + 1} of ${wanted.length})`;
    const got = await holdingTool(setting.cache, pinnedProgram(one.missing.name).tool, work, async (hold) => {
      return (await findCached(one.missing.name, setting)) ?? obtainDownload(one, place, setting, work, hold);
    });
    if (got !== null) found.push(got);
  }
  return found;
}

function wantedDownload(missing: MissingProgram, setting: ToolchainSetting): Wanted | null {
  const { name, version, tried } = missing;
  if (setting.offline) {
    tried.push('download: switched off by SANDTIDE_OFFLINE');
    return null;
  }
  const pin = setting.pinnedDownloads.find(
    (entry) => entry.name === name && entry.version === version && entry.target === setting.target,
  );
  const file = releaseFile(name, version, setting.target);
  if (pin === undefined || file === null) {
    tried.push(
      `download: no SHA-256 of ${name} ${version} for ${setting.target} is pinned, so it is never downloaded`,
    );
    return null;
  }
  return { missing, sha256: pin.sha256, member: file.member, ...address(file, setting) };
}

function address(file: ReleaseFile, setting: ToolchainSetting): { url: string; site: string } {
  const base = setting.downloadBaseUrl ?? file.origin;
  return { url: `${base}${file.path}`, site: new URL(base).origin };
}

async function obtainDownload(
  { missing: { name, version, tried }, url, site, sha256, member }: Wanted,
  place: string,
  setting: ToolchainSetting,
  work: Work,
  hold: ToolHold,
): Promise<FoundProgram | null> {
  let amount = '';
  const folder = await hold.makeFolder();
  const outcome = await reportingElapsed(
    work,
    () => `downloading ${name} ${version} ${place}${amount}`,
    () =>
      download({ url, sha256, member, folder }, hold.signal, (got, total) => {
        amount = `, ${megabytes(got)}${total === null ? '' : ` of ${megabytes(total)}`} MB`;
      }),
  );
  if ('file' in outcome) {
    return { name, version, origin: 'download', path: await moveIntoCache(outcome.file, name, setting) };
  }
  tried.push(`download: ${url}: ${outcome.notGot}`);
  if (outcome.siteLost) lostSites.set(site, outcome.notGot);
  work.progress(
    `${outcome.siteLost ? site : url} is out of reach (${outcome.notGot}): ${name} will be built`,
  );
  return null;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
