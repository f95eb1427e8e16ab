import { NODE_CONDITIONS, POD_COMPLETE, POD_READY, nodeStatus } from './stage-templates.ts';

/** kwok's Stage of one step in a fake object's life. */
interface Stage {
  apiVersion: 'kwok.x-k8s.io/v1alpha1';
  kind: 'Stage';
  metadata: { name: string };
  spec: Record<string, unknown>;
}

/** How long pods take to start, and where the API server is to look for exec. */
export interface StageSetting {
  startDelayMs: number;
  startJitterMs: number;
  /** Port that nodes give as their kubelet's. */
  kubeletPort: number;
}

const HEARTBEAT_MS = 600_000;

const alive = { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' };
const phase = (value: string) => ({ key: '.status.phase', operator: 'In', values: [value] });
const ready = (operator: 'In' | 'NotIn') => ({
  key: '.status.conditions.[] | select( .type == "Ready" ) | .status',
  operator,
  values: ['True'],
});

function stage(
  name: string,
  kind: 'Node' | 'Pod',
  matchExpressions: unknown[],
  rest: Record<string, unknown>,
): Stage {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: { resourceRef: { apiGroup: 'v1', kind }, selector: { matchExpressions }, ...rest },
  };
}

/**
 * The whole life of nodes and pods. One Stage of our own makes kwokctl leave out all of its own, so every one is here:
 * nodes get ready and stay so, pods start after their delay, those of a Job complete, deleted ones go.
 */
export function kwokStages({ startDelayMs, startJitterMs, kubeletPort }: StageSetting): Stage[] {
  return [
    stage('node-initialize', 'Node', [ready('NotIn')], {
      next: { statusTemplate: nodeStatus(kubeletPort) },
    }),
    stage('node-heartbeat', 'Node', [phase('Running'), ready('In')], {
      delay: { durationMilliseconds: HEARTBEAT_MS, jitterDurationMilliseconds: HEARTBEAT_MS * 1.1 },
      next: { statusTemplate: NODE_CONDITIONS },
    }),
    stage('pod-ready', 'Pod', [alive, phase('Pending'), ready('NotIn')], {
      // kwok draws evenly between the two.
      delay: { durationMilliseconds: startDelayMs, jitterDurationMilliseconds: startDelayMs + startJitterMs },
      next: { statusTemplate: POD_READY },
    }),
    stage(
      'pod-complete',
      'Pod',
      [
        alive,
        phase('Running'),
        { key: '.metadata.ownerReferences.[].kind', operator: 'In', values: ['Job'] },
      ],
      { next: { statusTemplate: POD_COMPLETE } },
    ),
    stage('pod-delete', 'Pod', [{ key: '.metadata.deletionTimestamp', operator: 'Exists' }], {
      next: { delete: true },
    }),
  ];
}
