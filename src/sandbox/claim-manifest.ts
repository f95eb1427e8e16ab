import { LABELS, claimName } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import type { KubeObject } from '../kubernetes/kube-client.ts';
import { RESOURCES } from '../kubernetes/resources.ts';

/** The controller's client-side histogram counts from this annotation (its `internal/metrics/metrics.go`). */
export const CLIENT_REQUESTED_AT = 'agents.x-k8s.io/client-first-requested-at';
/** Which attempt of the window's activity sent the claim; an annotation, so that a repeated create is the same claim. */
const ATTEMPT_ANNOTATION = 'sandtide.dev/attempt';
/** How long the driver waits for readiness, for whoever finds the claim. */
const READY_TIMEOUT_ANNOTATION = 'sandtide.dev/ready-timeout-ms';

/** All that one claim says. Times in epoch milliseconds; `requestedAtMs` may have a fraction. */
export interface ClaimRequest {
  plan: Plan;
  windowIndex: number;
  index: number;
  readyTimeoutMs: number;
  attempt: number;
  requestedAtMs: number;
  /** The hard stop: the controller deletes claim and sandbox then, even if nobody of ours lives. */
  shutdownAtMs: number;
  /** How long the claim stays once its pod has finished; left out, as long as nobody deletes it. */
  ttlAfterFinishedSeconds?: number | null;
}

/** The SandboxClaim of one arrival. Its policy is Delete: the default, Retain, would leave the object behind. */
export function claimManifest(request: ClaimRequest): KubeObject {
  const { plan, windowIndex, index, ttlAfterFinishedSeconds: ttl = null } = request;
  return {
    apiVersion: RESOURCES.SandboxClaim.apiVersion,
    kind: RESOURCES.SandboxClaim.kind,
    metadata: {
      name: claimName(plan.owner, windowIndex, index),
      namespace: plan.sandbox.workloadNamespace,
      labels: {
        ...plan.labels,
        [LABELS.window]: String(windowIndex),
        [LABELS.index]: String(index),
      },
      annotations: {
        [CLIENT_REQUESTED_AT]: rfc3339Nano(request.requestedAtMs),
        [ATTEMPT_ANNOTATION]: String(request.attempt),
        [READY_TIMEOUT_ANNOTATION]: String(request.readyTimeoutMs),
      },
    },
    spec: {
      warmPoolRef: { name: plan.sandbox.warmPool },
      lifecycle: {
        shutdownTime: rfc3339Seconds(request.shutdownAtMs),
        shutdownPolicy: 'Delete',
        ...(ttl === null ? {} : { ttlSecondsAfterFinished: ttl }),
      },
    },
  };
}

/** RFC 3339 with nine digits. Microseconds are the finest that epoch milliseconds in a double still hold. */
export function rfc3339Nano(epochMs: number): string {
  const microseconds = Math.round(epochMs * 1000);
  const wholeSeconds = Math.floor(microseconds / 1_000_000);
  const fraction = String(microseconds - wholeSeconds * 1_000_000).padStart(6, '0');
  return `${rfc3339(wholeSeconds)}.${fraction}000Z`;
}

/** Kubernetes' times have whole seconds; rounded up, so that no claim ends before its time. */
function rfc3339Seconds(epochMs: number): string {
  return `${rfc3339(Math.ceil(epochMs / 1000))}Z`;
}

function rfc3339(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().slice(0, 19);
}
