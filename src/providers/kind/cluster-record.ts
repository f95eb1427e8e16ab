import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { UnworkableError } from '../../domain/errors.ts';
import { replaceFile } from '../../system/replace-file.ts';
import { homeSchema } from '../cluster-home.ts';
import { isAbsent, makePrivate } from '../private-folder.ts';

export const recordSchema = z.object({
  version: z.literal(1),
  handle: z.object({ provider: z.literal('kind'), name: z.string(), location: z.string() }),
  owner: z.string(),
  runName: z.string(),
  leaseUntilSeconds: z.number(),
  home: homeSchema,
  /** kind has said that it stands. */
  made: z.boolean(),
});

/** Whose a cluster is. kind's containers take no labels of ours, so it is written down here and in the cluster. */
export type KindRecord = z.output<typeof recordSchema>;

/** Where the files of one cluster are. */
export interface KindFolder {
  root: string;
  record: string;
  lock: string;
  config: string;
  kubeconfig: string;
}

const CLUSTER_NAME = /^st-[a-z0-9-]{1,60}$/;

const allFolders = (stateFolder: string) => join(stateFolder, 'kind');

/** Paths alone. Throws `UnworkableError` for a name that is none of ours. */
export function kindFolder(stateFolder: string, name: string): KindFolder {
  if (!CLUSTER_NAME.test(name)) {
    throw new UnworkableError({
      object: `cluster ${JSON.stringify(name)}`,
      what: 'is no name of a cluster of ours',
      next: 'leave it to whoever made it',
    });
  }
  const root = join(allFolders(stateFolder), name);
  return {
    root,
    record: join(root, 'cluster.json'),
    lock: join(root, 'lock'),
    config: join(root, 'kind.yaml'),
    kubeconfig: join(root, 'kubeconfig'),
  };
}

/** Names of the folders that are there. */
export async function kindFolders(stateFolder: string): Promise<string[]> {
  const names = await readdir(allFolders(stateFolder)).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  return names.filter((name) => CLUSTER_NAME.test(name));
}

/** Null where this machine has none, or one that can't be read. */
export async function readRecord({ record }: KindFolder): Promise<KindRecord | null> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(record, 'utf8')));
  } catch (error) {
    if (isAbsent(error) || error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

export async function writeRecord({ root, record }: KindFolder, content: KindRecord): Promise<void> {
  await makePrivate(root);
  await replaceFile(record, `${JSON.stringify(content, null, 2)}\n`, 0o600);
}

export async function removeFolder({ root }: KindFolder): Promise<void> {
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
}
