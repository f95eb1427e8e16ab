import { join } from 'node:path';
import { UnworkableError } from '../../domain/errors.ts';
import type { Work } from '../../domain/work.ts';
import type { KubeObject } from '../../kubernetes/kube-client.ts';
import { startDetached } from '../../system/detached-process.ts';
import { identifyProcess, isAlive } from '../../system/process-identity.ts';
import { endFound } from '../../system/process-table.ts';
import type { RunningController } from '../provider.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import { clusterEnvironment, clusterProcesses } from './cluster-processes.ts';
import { writeRecord } from './cluster-record.ts';
import type { ClusterRecord } from './cluster-record.ts';
import { untilListening } from './listening.ts';

/**
 * Runs the Deployment's first container as a process of the cluster, which goes on when we die. One that runs with
 * the same command already is left as it is; one with another command is ended first.
 */
export async function runAsProcess(
  program: string,
  deployment: KubeObject,
  cluster: { folder: ClusterFolder; record: ClusterRecord },
  work: Work,
): Promise<RunningController> {
  const { folder, record } = cluster;
  const { ports } = record;
  const command = [program, ...processArguments(deployment, outside(folder, record))];
  const metricsUrl = `http://127.0.0.1:${ports.controllerMetrics}/metrics`;
  const logFile = join(folder.logs, 'agent-sandbox-controller.log');
  const { controller } = record;
  const same = controller !== null && isSame(controller.command, command) && isAlive(controller.process);
  let process_ = controller?.process;
  if (!same || process_ === undefined) {
    // By its look too: the one that started it may have died before it wrote the number down.
    await endFound(async () => (await clusterProcesses(folder)).filter(({ args }) => args[0] === program));
    work.signal.throwIfAborted();
    const started = startDetached(program, command.slice(1), logFile, {
      ipc: false,
      env: clusterEnvironment(folder),
    });
    started.child.unref();
    process_ = identifyProcess(started.pid);
    await writeRecord(folder, { ...record, controller: { command, metricsUrl, process: process_ } });
  }
  const listener = { name: 'agent-sandbox-controller', process: process_, logFile };
  await untilListening({ ...listener, port: ports.controllerHealth }, work);
  await untilListening({ ...listener, port: ports.controllerMetrics }, work);
  return { command, metricsUrl };
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
function outside(folder: ClusterFolder, { ports }: ClusterRecord): Record<string, string> {
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

function containerArguments(deployment: KubeObject): string[] {
  const spec = deployment['spec'] as
    { template?: { spec?: { containers?: { args?: string[] }[] } } } | undefined;
  const container = spec?.template?.spec?.containers?.[0];
  if (container !== undefined) return container.args ?? [];
  throw new UnworkableError({
    object: `Deployment ${deployment.metadata.name}`,
    what: 'has no container',
    next: 'use a release of agent-sandbox that sandtide knows',
  });
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}
