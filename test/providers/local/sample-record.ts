import type { ClusterHandle } from '../../../src/domain/plan.ts';
import type { ClusterPorts } from '../../../src/providers/local/cluster-ports.ts';
import { PORT_NAMES } from '../../../src/providers/local/cluster-ports.ts';
import type { ClusterRecord } from '../../../src/providers/local/cluster-record.ts';

/** Above the ports that systems hand out by themselves: nobody listens there. */
const unused = Object.fromEntries(PORT_NAMES.map((name, index) => [name, 64_000 + index])) as ClusterPorts;

/** What stands in `cluster.json` of a cluster that was planned and never started; etcd would listen on `port`. */
export function recordOf(handle: ClusterHandle, owner: string, port: number): ClusterRecord {
  return {
    version: 1,
    handle,
    owner,
    runName: 'tide',
    labels: {},
    leaseUntilSeconds: 7,
    home: { kind: 'embedded', sessionId: 'dead', workflowId: 'tide' },
    ports: { ...unused, etcd: port },
    programs: {},
    workload: null,
    made: false,
    processes: {},
    controller: null,
  };
}
