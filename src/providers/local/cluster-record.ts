import { randomBytes } from 'node:crypto';
import { access, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { UnworkableError } from '../../domain/errors.ts';
import type { Owner } from '../../domain/names.ts';
import type { ClusterHandle } from '../../domain/plan.ts';
import type { ProcessIdentity } from '../../system/process-identity.ts';
import type { FoundProgram } from '../../toolchain/programs.ts';
import type { ClusterHome } from '../provider.ts';
import { CLUSTER_NAME, clusterFolder, clustersFolder } from './cluster-folder.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import type { ClusterHold } from './cluster-lock.ts';
import type { ClusterPorts } from './cluster-ports.ts';
import { isAbsent } from '../private-folder.ts';
import { recordSchema } from './record-schema.ts';

/** What is known of a local cluster: one JSON file, written before anything is started and whole at each change. */
export interface ClusterRecord {
  /** Of this format. */
  version: 1;
  handle: ClusterHandle;
  owner: Owner;
  runName: string;
  labels: Record<string, string>;
  leaseUntilSeconds: number;
  home: ClusterHome;
  /** Reserved for this cluster as long as the record is there. */
  ports: ClusterPorts;
  programs: Record<string, FoundProgram>;
  /** What pods/exec may run, and where; null where it may run nothing. */
  workload: { namespace: string; command: string[] } | null;
  /** Control plane and nodes were there once. False: its create was cut off, and nothing in it is worth keeping. */
  made: boolean;
  /** By component. */
  processes: Record<string, ProcessIdentity>;
  /** The Deployment's first container as a process. */
  controller: ControllerRecord | null;
}

export interface ControllerRecord {
  command: string[];
  /** Variables of the Deployment's container; missing where it has none. */
  env?: Record<string, string> | undefined;
  metricsUrl: string;
  process: ProcessIdentity;
}

/** The record, or null where there is none. Throws `BrokenRecordError` where there is one that nobody can act on. */
export async function readRecord(folder: ClusterFolder): Promise<ClusterRecord | null> {
  let text;
  try {
    text = await readFile(folder.record, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
  return parseRecord(text, folder);
}

/** What is in a cluster's file is no record of ours: cut short, changed by hand, or of another release. */
export class BrokenRecordError extends UnworkableError {}

/** The same for whoever gets on without: null also where the record is broken. */
export async function readSoundRecord(folder: ClusterFolder): Promise<ClusterRecord | null> {
  try {
    return await readRecord(folder);
  } catch (error) {
    if (error instanceof BrokenRecordError) return null;
    throw error;
  }
}

/** Whether there is a record, sound or not. */
export async function hasRecord(folder: ClusterFolder): Promise<boolean> {
  try {
    await access(folder.record);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

function parseRecord(text: string, folder: ClusterFolder): ClusterRecord {
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new BrokenRecordError({
      object: folder.record,
      what: `does not describe a cluster (${reasonOf(cause)})`,
      next: `let the run it was made for take it down; with that run gone, end what runs with SANDTIDE_CLUSTER=${folder.root} in its environment and remove the folder`,
      cause,
    });
  }
}

/** The first finding is enough: nobody mends such a file by hand. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof z.ZodError)) return 'no JSON';
  const [issue] = cause.issues;
  return issue === undefined ? 'not what we wrote' : `${issue.path.join('.')}: ${issue.message}`;
}

/** Replaces the record in one step: who reads meanwhile sees the old one or the new one. */
export async function writeRecord(hold: ClusterHold, record: ClusterRecord): Promise<ClusterRecord> {
  await hold.assertHeld();
  const { record: file } = hold.folder;
  const written = `${file}.${randomBytes(4).toString('hex')}`;
  await writeFile(written, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(written, file);
  return record;
}

/**
 * Every sound record of the state folder. A folder that is being made or removed has none and is passed over, as is
 * one whose record is broken.
 */
export async function listRecords(stateFolder: string): Promise<ClusterRecord[]> {
  const records = await Promise.all(
    (await clusterNames(stateFolder)).map((name) => readSoundRecord(clusterFolder(stateFolder, name))),
  );
  return records.filter((record) => record !== null);
}

/** Names of the folders that are there, whatever is in them. */
export async function clusterNames(stateFolder: string): Promise<string[]> {
  try {
    const entries = await readdir(clustersFolder(stateFolder), { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && CLUSTER_NAME.test(entry.name))
      .map(({ name }) => name);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
