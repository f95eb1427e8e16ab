import { UnworkableError } from '../../domain/errors.ts';
import type { Work } from '../../domain/work.ts';
import type { KubeObject } from '../../kubernetes/kube-client.ts';
import { isPortTaken } from '../../system/port-taken.ts';
import { isAlive } from '../../system/process-identity.ts';
import type { RunningController } from '../provider.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import type { ClusterHold } from './cluster-lock.ts';
import { choosePorts } from './cluster-ports.ts';
import type { ClusterPorts } from './cluster-ports.ts';
import { endSame, startClusterProgram, untilListening } from './cluster-program.ts';
import { listRecords, writeRecord } from './cluster-record.ts';
import type { ClusterRecord } from './cluster-record.ts';
import { holdingState } from './state-lock.ts';

/** The program, and its name among the cluster's processes. */
export const CONTROLLER = 'agent-sandbox-controller';

/** What the process is made from. */
export interface DeploymentProcess {
  program: string;
  deployment: KubeObject;
  stateFolder: string;
}

/**
 * Runs the Deployment's first container as a process of the cluster, which goes on when we die. One that runs with
 * the same command already is left as it is; one with another command is ended first.
 */
export async function runAsProcess(
  { program, deployment, stateFolder }: DeploymentProcess,
  hold: ClusterHold,
  found: ClusterRecord,
  work: Work,
): Promise<RunningController> {
  const env = containerEnvironment(deployment);
  const describe = ({ ports }: ClusterRecord) => ({
    name: CONTROLLER,
    command: [program, ...processArguments(deployment, outside(hold.folder, ports))],
    ports: [ports.controllerMetrics, ports.controllerHealth],
    env,
  });
  const { controller } = found;
  if (controller !== null && isAlive(controller.process)) {
    const wanted = describe(found);
    if (isSame(controller.command, wanted.command) && isSame(pairs(controller.env ?? {}), pairs(env))) {
      await untilListening(hold, wanted, controller.process, work);
      return { command: controller.command, metricsUrl: controller.metricsUrl };
    }
    work.progress('the Deployment has other arguments now: starting the controller again');
  }
  await endSame(hold, [program], work.signal);
  const record = await withFreePorts(stateFolder, hold, found, work.signal);
  const wanted = describe(record);
  const process_ = await startClusterProgram(hold, wanted, work);
  const metricsUrl = `http://127.0.0.1:${record.ports.controllerMetrics}/metrics`;
  await writeRecord(hold, {
    ...record,
    controller: { command: wanted.command, env, metricsUrl, process: process_ },
  });
  await untilListening(hold, wanted, process_, work);
  return { command: wanted.command, metricsUrl };
}

/** Ports are its own since the cluster was planned; a stranger may have come to listen on one all the same. */
async function withFreePorts(
  stateFolder: string,
  hold: ClusterHold,
  record: ClusterRecord,
  signal: AbortSignal,
): Promise<ClusterRecord> {
  const { controllerMetrics, controllerHealth } = record.ports;
  if (!(await isPortTaken(controllerMetrics)) && !(await isPortTaken(controllerHealth))) return record;
  return holdingState(stateFolder, signal, async () => {
    const others = await choosePorts((await listRecords(stateFolder)).map(({ ports }) => ports));
    const { controllerMetrics, controllerHealth, controllerWebhook } = others;
    return writeRecord(hold, {
      ...record,
      ports: { ...record.ports, controllerMetrics, controllerHealth, controllerWebhook },
    });
  });
}

/** Arguments of the Deployment's first container, each flag of `own` in place of the container's. */
export function processArguments(deployment: KubeObject, own: Record<string, string>): string[] {
  const args = containerArguments(deployment);
  const kept: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    const [, name = '', value] = /^--?([^=]+)(=.*)?$/s.exec(arg) ?? [];
    if (!(name in own)) kept.push(arg);
    // `--flag value`: the value goes with its flag.
    else if (value === undefined && args[at + 1]?.startsWith('-') === false) at += 1;
  }
  return [...kept, ...Object.entries(own).map(([name, value]) => `--${name}=${value}`)];
}

/** What a process outside of the cluster needs: the way in, and ports that no other takes. */
function outside(folder: ClusterFolder, ports: ClusterPorts): Record<string, string> {
  return {
    kubeconfig: folder.kubeconfig,
    'metrics-bind-address': `127.0.0.1:${ports.controllerMetrics}`,
    'health-probe-bind-address': `127.0.0.1:${ports.controllerHealth}`,
    // It would listen on every address, and the API server could not find it.
    'enable-webhook': 'false',
    'webhook-port': String(ports.controllerWebhook),
    'webhook-cert-dir': folder.controllerCertificates,
  };
}

interface Container {
  args?: string[];
  env?: { name: string; value?: string }[];
}

/** Variables with a value of their own; what comes from elsewhere in a cluster is not to be had outside of it. */
function containerEnvironment(deployment: KubeObject): Record<string, string> {
  const { env = [] } = firstContainer(deployment);
  return Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}

function containerArguments(deployment: KubeObject): string[] {
  return firstContainer(deployment).args ?? [];
}

function firstContainer(deployment: KubeObject): Container {
  const spec = deployment['spec'] as { template?: { spec?: { containers?: Container[] } } } | undefined;
  const container = spec?.template?.spec?.containers?.[0];
  if (container !== undefined) return container;
  throw new UnworkableError({
    object: `Deployment ${deployment.metadata.name}`,
    what: 'has no container',
    next: 'use a release of agent-sandbox that sandtide knows',
  });
}

const pairs = (env: Record<string, string>) =>
  Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .toSorted();

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}
