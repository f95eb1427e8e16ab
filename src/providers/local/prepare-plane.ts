import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endFound } from '../../system/process-table.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import type { ClusterHold } from './cluster-lock.ts';
import { choosePorts } from './cluster-ports.ts';
import { clusterProcesses } from './cluster-processes.ts';
import { listRecords, writeRecord } from './cluster-record.ts';
import type { ClusterRecord } from './cluster-record.ts';
import type { ExecRules } from './exec-rules.ts';
import { kwokctlConfiguration } from './kwokctl-configuration.ts';
import type { PlaneSetting } from './kwokctl-configuration.ts';
import { makePrivate } from '../private-folder.ts';
import { holdingState } from './state-lock.ts';

/** What a control plane is made from, besides its record. */
export interface PlaneDeps {
  stateFolder: string;
  hold: ClusterHold;
  podStartup: PlaneSetting['podStartup'];
}

/**
 * Ends and wipes what an earlier create has left, reserves ports, and writes down what kwokctl is to make. The record
 * stands before anything is started: who finds the processes finds whose they are.
 */
export async function preparePlane(
  deps: PlaneDeps,
  record: ClusterRecord,
  signal: AbortSignal,
): Promise<ClusterRecord> {
  await deps.hold.assertHeld();
  await clear(deps.hold.folder, signal);
  const reserved = await reserve(deps, record, signal);
  await writeConfiguration(deps, reserved);
  return reserved;
}

async function clear(folder: ClusterFolder, signal: AbortSignal): Promise<void> {
  await endFound(() => clusterProcesses(folder), signal);
  await rm(folder.kwok, { recursive: true, force: true, maxRetries: 5 });
}

async function reserve(
  { stateFolder, hold }: PlaneDeps,
  record: ClusterRecord,
  signal: AbortSignal,
): Promise<ClusterRecord> {
  return holdingState(stateFolder, signal, async () => {
    const others = (await listRecords(stateFolder)).map(({ ports }) => ports);
    const ports = await choosePorts(others);
    return writeRecord(hold, { ...record, ports, made: false, processes: {}, controller: null });
  });
}

async function writeConfiguration(
  { hold, podStartup }: PlaneDeps,
  { ports, programs, workload }: ClusterRecord,
): Promise<void> {
  const { folder } = hold;
  const path = (name: string) => programs[name]?.path ?? '';
  const execPass = workload === null ? null : randomBytes(24).toString('hex');
  const configuration = kwokctlConfiguration({
    folder,
    ports,
    podStartup,
    programs: {
      etcd: path('etcd'),
      'kube-apiserver': path('kube-apiserver'),
      'kube-controller-manager': path('kube-controller-manager'),
      'kube-scheduler': path('kube-scheduler'),
      kwok: path('kwok'),
      kubectl: path('kubectl'),
    },
    execPass,
  });
  for (const made of [folder.kwok, folder.logs, folder.controllerCertificates]) await makePrivate(made);
  await writeFile(folder.kwokctlConfiguration, configuration, { mode: 0o600 });
  if (workload === null || execPass === null) return;
  const rules: ExecRules = {
    port: ports.execGate,
    kwokPort: ports.kwok,
    keys: join(folder.plane, 'pki'),
    ...workload,
    pass: execPass,
  };
  await writeFile(folder.gate, JSON.stringify(rules), { mode: 0o600 });
}
