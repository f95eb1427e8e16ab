import type { KubeObject } from '../../kubernetes/kube-client.ts';

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

interface PodStatus {
  phase?: string;
  conditions?: Condition[];
  containerStatuses?: { state?: { waiting?: { reason?: string; message?: string } } }[];
}

/** How far down a complaint stands in the chain of causes: the lower, the more it tells. */
interface Complaint {
  rank: number;
  text: string;
}

/** Waiting for it is the normal way up, and says nothing. */
const NO_COMPLAINT = new Set(['ContainerCreating', 'PodInitializing']);

/** What was found in a namespace where something does not become ready. */
export interface Evidence {
  pods: KubeObject[];
  sandboxes: KubeObject[];
  events: KubeObject[];
}

/**
 * One line: the most telling complaint and how often it was seen, containers' before scheduling's before warnings'
 * before the sandboxes' own conditions.
 */
export function tellingReason({ pods, sandboxes, events }: Evidence): string {
  const complaints = [
    ...pods.flatMap(containerComplaints),
    ...pods.flatMap((pod) => unscheduled(pod, 1)),
    ...sandboxes.flatMap((sandbox) => unscheduled(sandbox, 1)),
    ...events.flatMap(warning),
    ...sandboxes.flatMap(unready),
  ];
  const lowest = Math.min(...complaints.map(({ rank }) => rank));
  const counts = new Map<string, number>();
  for (const { rank, text } of complaints) {
    if (rank === lowest) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const [top] = [...counts].sort(([, a], [, b]) => b - a);
  if (top !== undefined) return `${top[0]} (seen ${top[1]} times)`;
  if (pods.length + sandboxes.length === 0)
    return 'no sandbox or pod was made and no event says why: is the controller running?';
  return `no pod, sandbox or event says why (${pods.length} pods, ${sandboxes.length} sandboxes)`;
}

function containerComplaints(pod: KubeObject): Complaint[] {
  const status = pod['status'] as PodStatus | undefined;
  return (status?.containerStatuses ?? []).flatMap(({ state }) => {
    const { reason, message } = state?.waiting ?? {};
    return reason === undefined || NO_COMPLAINT.has(reason)
      ? []
      : [complaint(0, `container ${reason}`, message)];
  });
}

function unscheduled(object: KubeObject, rank: number): Complaint[] {
  return falseCondition(object, 'PodScheduled', rank);
}

function unready(sandbox: KubeObject): Complaint[] {
  return falseCondition(sandbox, 'Ready', 3);
}

function falseCondition(object: KubeObject, type: string, rank: number): Complaint[] {
  const status = object['status'] as { conditions?: Condition[] } | undefined;
  const found = status?.conditions?.find(
    (condition) => condition.type === type && condition.status === 'False',
  );
  return found === undefined ? [] : [complaint(rank, found.reason ?? `${type} is False`, found.message)];
}

function warning(event: KubeObject): Complaint[] {
  const { type, reason = 'Warning', message } = event as { type?: string; reason?: string; message?: string };
  return type === 'Warning' ? [complaint(2, reason, message)] : [];
}

const MOST_CHARACTERS = 300;

function complaint(rank: number, reason: string, message: string | undefined): Complaint {
  const plain = (message ?? '').replace(/\s+/g, ' ').trim();
  return { rank, text: plain === '' ? reason : `${reason}: ${plain.slice(0, MOST_CHARACTERS)}` };
}
