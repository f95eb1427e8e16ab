import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { OwnedCluster } from '../provider.ts';
import { replaceFile } from '../../system/replace-file.ts';
import { homeSchema } from '../cluster-home.ts';
import { makePrivate } from '../private-folder.ts';

/** Contexts that are asked besides those that runs of this machine have used, with spaces between. */
export const CONTEXTS = 'SANDTIDE_CONTEXTS';

const schema = z.object({
  handle: z.object({ provider: z.literal('existing'), name: z.string(), location: z.string() }),
  owner: z.string(),
  runName: z.string(),
  home: homeSchema,
});

/** A run that holds a cluster, or is about to. What the cluster itself says is the truth; this says which to ask. */
export type KnownRun = Omit<OwnedCluster, 'leaseUntilSeconds'>;

const folderOf = (stateFolder: string) => join(stateFolder, 'existing');
const fileOf = (stateFolder: string, name: string) => join(folderOf(stateFolder), `${name}.json`);

export async function rememberRun(stateFolder: string, run: KnownRun): Promise<void> {
  await makePrivate(folderOf(stateFolder));
  await replaceFile(fileOf(stateFolder, run.handle.name), `${JSON.stringify(run)}\n`, 0o600);
}

export async function forgetRun(stateFolder: string, clusterName: string): Promise<void> {
  await rm(fileOf(stateFolder, clusterName), { force: true });
}

/** Those that this machine remembers. A file that can't be read is passed over: the cluster's own labels stay. */
export async function knownRuns(stateFolder: string): Promise<KnownRun[]> {
  const names = await readdir(folderOf(stateFolder)).catch(() => []);
  const runs = await Promise.all(
    names.filter((name) => name.endsWith('.json')).map((name) => readRun(join(folderOf(stateFolder), name))),
  );
  return runs.filter((run) => run !== null);
}

async function readRun(path: string): Promise<KnownRun | null> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}
