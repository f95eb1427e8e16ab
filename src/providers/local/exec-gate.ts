import { fileURLToPath } from 'node:url';
import type { Work } from '../../domain/work.ts';
import { isAlive } from '../../system/process-identity.ts';
import type { ClusterHold } from './cluster-lock.ts';
import { endSame, startClusterProgram, untilListening } from './cluster-program.ts';
import { writeRecord } from './cluster-record.ts';
import type { ClusterRecord } from './cluster-record.ts';

/** Its name among the cluster's processes. */
export const EXEC_GATE = 'exec-gate';

/** Starts the gate where the run executes something in its pods and none runs yet. */
export async function ensureExecGate(
  hold: ClusterHold,
  record: ClusterRecord,
  work: Work,
): Promise<ClusterRecord> {
  const known = record.processes[EXEC_GATE];
  if (record.workload === null || (known !== undefined && isAlive(known))) return record;
  work.progress('starting the gate for exec');
  const gate = {
    name: EXEC_GATE,
    command: [process.execPath, serverFile(), hold.folder.gate],
    ports: [record.ports.execGate],
  };
  await endSame(hold, gate.command, work.signal);
  const process_ = await startClusterProgram(hold, gate, work);
  const processes = { ...record.processes, [EXEC_GATE]: process_ };
  const running = await writeRecord(hold, { ...record, processes });
  await untilListening(hold, gate, process_, work);
  return running;
}

function serverFile(): string {
  const kind = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`exec-gate-server.${kind}`, import.meta.url));
}
