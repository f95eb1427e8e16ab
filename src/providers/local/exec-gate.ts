import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Work } from '../../domain/work.ts';
import { startDetached } from '../../system/detached-process.ts';
import type { ProcessIdentity } from '../../system/process-identity.ts';
import { identifyProcess, isAlive } from '../../system/process-identity.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import { clusterEnvironment } from './cluster-processes.ts';
import { writeRecord } from './cluster-record.ts';
import type { ClusterRecord } from './cluster-record.ts';
import { untilListening } from './listening.ts';

/** Its name among the cluster's processes. */
export const EXEC_GATE = 'exec-gate';

/** Starts the gate where the run executes something in its pods and none runs yet. */
export async function ensureExecGate(
  folder: ClusterFolder,
  record: ClusterRecord,
  work: Work,
): Promise<ClusterRecord> {
  const known = record.processes[EXEC_GATE];
  if (record.workload === null || (known !== undefined && isAlive(known))) return record;
  work.progress('starting the gate for exec');
  const logFile = join(folder.logs, 'exec-gate.log');
  const gate = startDetached(process.execPath, [serverFile(), folder.gate], logFile, {
    ipc: false,
    env: clusterEnvironment(folder),
  });
  const process_: ProcessIdentity = identifyProcess(gate.pid);
  const running = { ...record, processes: { ...record.processes, [EXEC_GATE]: process_ } };
  await writeRecord(folder, running);
  await untilListening(
    { name: 'the gate for exec', port: record.ports.execGate, process: process_, logFile },
    work,
  );
  gate.child.unref();
  return running;
}

function serverFile(): string {
  const kind = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`exec-gate-server.${kind}`, import.meta.url));
}
