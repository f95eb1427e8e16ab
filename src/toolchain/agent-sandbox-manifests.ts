import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UnworkableError } from '../domain/errors.ts';
import type { Work } from '../domain/work.ts';
import { copyModule, goEnvironment } from './build.ts';
import { reportingElapsed } from './elapsed-progress.ts';
import { requireGo, runGo } from './go-command.ts';
import { pinnedProgram } from './pinned-programs.ts';
import { holdingTool } from './tool-lock.ts';
import type { ToolchainSetting } from './toolchain-setting.ts';

const MODULE = 'sigs.k8s.io/agent-sandbox';
const MANIFESTS_VARIABLE = 'SANDTIDE_AGENT_SANDBOX_MANIFESTS';

/**
 * The folder with the content of `k8s/` of a release of agent-sandbox: the explicit one, the cache's, or a copy from
 * the Go module whose checksum is in `tools/agent-sandbox/go.sum`.
 * @throws UnworkableError for a version that is neither in the cache nor pinned
 */
export async function findAgentSandboxManifests(
  version: string,
  setting: ToolchainSetting,
  work: Work,
): Promise<string> {
  const explicit = setting.env[MANIFESTS_VARIABLE] ?? '';
  if (explicit !== '') return takeExplicit(explicit);
  requireVersion(version);
  const folder = join(setting.cache, 'agent-sandbox-manifests', version);
  if (await holdsManifests(folder)) return folder;
  const pinned = pinnedProgram('agent-sandbox-controller').version;
  if (version !== pinned) {
    throw new UnworkableError({
      object: `agent-sandbox ${version}`,
      what: `not in the cache (${folder}), and the only release whose checksum sandtide carries is ${pinned}`,
      next: `use ${pinned}, or give the folder with that release's k8s/ files by ${MANIFESTS_VARIABLE}`,
    });
  }
  await copyFromModule(version, folder, setting, work);
  return folder;
}

async function takeExplicit(given: string): Promise<string> {
  const folder = resolve(given);
  if (await holdsManifests(folder)) return folder;
  throw new UnworkableError({
    object: `${MANIFESTS_VARIABLE}=${given}`,
    what: 'no folder that holds crds/',
    next: 'correct the variable or unset it',
  });
}

/** The version becomes part of a path. */
function requireVersion(version: string): void {
  if (/^v\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.-]+)?$/.test(version)) return;
  throw new UnworkableError({
    object: `agent-sandbox ${version}`,
    what: 'no version',
    next: 'write it as v0.5.6',
  });
}

async function holdsManifests(folder: string): Promise<boolean> {
  try {
    return (await stat(join(folder, 'crds'))).isDirectory();
  } catch {
    return false;
  }
}

async function copyFromModule(
  version: string,
  folder: string,
  setting: ToolchainSetting,
  work: Work,
): Promise<void> {
  const tried = [`${MANIFESTS_VARIABLE}: not set`, `cache: no ${folder}`];
  const go = await requireGo(
    setting.env,
    [{ name: 'agent-sandbox-controller', version, tried }],
    work.signal,
  );
  await holdingTool(setting.cache, 'agent-sandbox', work, async (hold) => {
    if (await holdsManifests(folder)) return;
    const making = await hold.makeFolder();
    await reportingElapsed(
      work,
      () => `getting the manifests of agent-sandbox ${version}`,
      async () => {
        const cwd = await copyModule('agent-sandbox', setting, making);
        const object = `the manifests of agent-sandbox ${version}`;
        const call = {
          go,
          arguments: ['mod', 'download', '-json', MODULE],
          cwd,
          env: goEnvironment(setting),
          object,
        };
        const module = JSON.parse(await runGo(call, hold.signal)) as { Dir: string; Version: string };
        if (module.Version !== version) {
          throw new UnworkableError({
            object,
            what: `tools/agent-sandbox/go.mod has ${module.Version}`,
            next: 'install sandtide again',
          });
        }
        await copyWritable(join(module.Dir, 'k8s'), join(making, 'k8s'));
      },
    );
    await mkdir(dirname(folder), { recursive: true });
    // What is there without crds/ was never whole.
    await rm(folder, { recursive: true, force: true });
    await rename(join(making, 'k8s'), folder);
  });
}

/** Go's module cache is read-only, folders too; a copy that keeps those modes could not even be removed. */
async function copyWritable(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyWritable(source, target);
    else if (entry.isFile()) await writeFile(target, await readFile(source));
  }
}
