import type { Work } from '../../domain/work.ts';
import { isAlive } from '../../system/process-identity.ts';
import type { ClusterDetails } from '../provider.ts';
import { withKube } from './cluster-client.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import type { ClusterRecord } from './cluster-record.ts';
import { deadComponents } from './control-plane.ts';
import { CONTROLLER } from './deployment-process.ts';
import { EXEC_GATE } from './exec-gate.ts';
import { countNodes } from './fake-nodes.ts';
import { programDigests } from './program-digests.ts';
import { runningFlags } from './running-flags.ts';

/** What runs, by the record and the processes; of one that does not answer no nodes are known. */
export async function describeCluster(
  folder: ClusterFolder,
  record: ClusterRecord,
  work: Work,
): Promise<ClusterDetails> {
  const dead = new Set(deadComponents(record));
  const { kubectl: _, kwokctl: __, ...running } = record.programs; // those two only make it
  const components: Record<string, string> = {};
  for (const [name, { version, origin }] of Object.entries(running)) {
    const component = name === 'kwok' ? 'kwok-controller' : name;
    // The controller is chosen with the others and started later: until then it is no more than chosen.
    const stopped =
      name === CONTROLLER
        ? record.controller !== null && !isAlive(record.controller.process)
        : dead.has(component);
    components[name] = `${version} (${origin})${stopped ? ', not running' : ''}`;
  }
  const gate = record.processes[EXEC_GATE];
  if (gate !== undefined) components[EXEC_GATE] = isAlive(gate) ? 'running' : 'not running';
  const answers = record.made && !dead.has('kube-apiserver') && !dead.has('etcd');
  return {
    handle: record.handle,
    kubernetesVersion: record.programs['kube-apiserver']?.version ?? 'unknown',
    nodes: answers ? await withKube(folder, record, (kube) => countNodes(kube, work.signal)) : {},
    components,
    digests: await programDigests(running, work.signal),
    flags: runningFlags(folder, record),
  };
}
