import { QuotaExceededError } from '../../domain/errors.ts';
import { isPortTaken } from '../../system/port-taken.ts';

/** One port for each thing that listens; all of them on 127.0.0.1. */
export const PORT_NAMES = [
  'apiServer',
  'etcd',
  'etcdPeer',
  'controllerManager',
  'scheduler',
  'kwok',
  'execGate',
  'controllerMetrics',
  'controllerHealth',
  'controllerWebhook',
] as const;
export type ClusterPorts = Record<(typeof PORT_NAMES)[number], number>;

/** Below the ports that systems hand out to outgoing connections, which would take one of ours by chance. */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 2_000;

/**
 * Ports at random that nobody listens on and that are not in `taken`. Between this look and the bind somebody may take
 * one: whoever starts the listeners has to come back for others then.
 */
export async function choosePorts(taken: Iterable<ClusterPorts>): Promise<ClusterPorts> {
  const used = new Set([...taken].flatMap((ports) => Object.values(ports)));
  const chosen: Partial<ClusterPorts> = {};
  for (const name of PORT_NAMES) {
    const port = await freePort(used);
    used.add(port);
    chosen[name] = port;
  }
  return chosen as ClusterPorts;
}

async function freePort(used: ReadonlySet<number>): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (!used.has(port) && !(await isPortTaken(port))) return port;
  }
  throw new QuotaExceededError({
    object: `TCP ports ${LOWEST} to ${HIGHEST} of 127.0.0.1`,
    what: 'no free one was found',
    next: 'end what listens on them',
  });
}
