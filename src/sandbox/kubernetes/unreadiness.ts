import type { KubeObject } from '../../kubernetes/kube-client.ts';
import { isRolledOut } from './rollout.ts';
import { readyReplicas } from './warm-pool.ts';

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

interface ContainerState {
  reason?: string;
  message?: string;
  exitCode?: number;
}

interface ContainerStatus {
  name: string;
  restartCount?: number;
  state?: { waiting?: ContainerState; terminated?: ContainerState };
  lastState?: { terminated?: ContainerState };
}

interface Status {
  phase?: string;
  conditions?: Condition[];
  initContainerStatuses?: ContainerStatus[];
  containerStatuses?: ContainerStatus[];
  availableReplicas?: number;
}

/** Conditions that are bad news when they are True. */
const BAD_WHEN_TRUE = /Failure|Pressure|Unavailable|DisruptionTarget|Suspended|Finished/;
const MOST_CHARACTERS = 500;

/** What an object itself says about why it is not ready, a line each; empty where it is ready. */
export function unreadiness(object: KubeObject): string[] {
  const status = (object['status'] ?? {}) as Status;
  const complaints = [...missing(object, status), ...going(object)];
  if (complaints.length === 0 && isReady(object, status)) return [];
  const all = [...complaints, ...containers(status), ...conditions(status)];
  return all.length > 0 ? all : [status.phase === undefined ? 'has no status yet' : `is ${status.phase}`];
}

function isReady({ kind }: KubeObject, { phase, conditions = [] }: Status): boolean {
  // Their counts have spoken.
  if (kind === 'SandboxWarmPool' || kind === 'Deployment') return true;
  if (kind === 'Pod' && phase === 'Succeeded') return true;
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** Replicas that are wanted and not there. */
function missing(object: KubeObject, status: Status): string[] {
  const { replicas = 1 } = (object['spec'] ?? {}) as { replicas?: number };
  if (object.kind === 'SandboxWarmPool') {
    const ready = readyReplicas(object);
    return ready >= replicas ? [] : [`${ready} of ${replicas} sandboxes ready`];
  }
  if (object.kind !== 'Deployment' || isRolledOut(object)) return [];
  return [`${status.availableReplicas ?? 0} of ${replicas} replicas available`];
}

function going({ metadata }: KubeObject): string[] {
  const { deletionTimestamp, finalizers = [] } = metadata;
  if (deletionTimestamp === undefined) return [];
  return [
    `being deleted${finalizers.length === 0 ? '' : `, kept by the finalizers ${finalizers.join(', ')}`}`,
  ];
}

function containers({ initContainerStatuses = [], containerStatuses = [] }: Status): string[] {
  return [...initContainerStatuses, ...containerStatuses].flatMap(({ name, state, lastState, ...status }) => {
    const before = lastState?.terminated;
    return [
      ...(state?.waiting === undefined ? [] : [`container ${name} waits${told(state.waiting)}`]),
      ...(state?.terminated === undefined ? [] : [`container ${name} ended${told(state.terminated)}`]),
      ...(before === undefined
        ? []
        : [`container ${name} ended before, ${status.restartCount ?? 0} times${told(before)}`]),
    ];
  });
}

function conditions({ conditions = [] }: Status): string[] {
  return conditions
    .filter(({ type, status }) => (BAD_WHEN_TRUE.test(type) ? status === 'True' : status !== 'True'))
    .map((condition) => `${condition.type}=${condition.status}${told(condition)}`);
}

/** ` Unschedulable: 0/4 nodes are available`, in one line. */
function told({ reason, message, exitCode }: ContainerState): string {
  const code = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
  const plain = (message ?? '').replace(/\s+/g, ' ').trim().slice(0, MOST_CHARACTERS);
  const why = [reason ?? '', plain].filter((text) => text !== '').join(': ');
  return `${code}${why === '' ? '' : ` ${why}`}`;
}
