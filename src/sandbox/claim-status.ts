import type { KubeObject, ObjectMeta } from '../kubernetes/kube-client.ts';

/**
 * The controller's own notes on a claim, RFC 3339 with nanoseconds (its `internal/metrics/metrics.go`): when it first saw
 * the claim, and, written right after the status that says so, when the claim was ready. The latter may say `unknown`.
 */
const FIRST_OBSERVED_AT = 'agents.x-k8s.io/controller-first-observed-at';
const FIRST_READY_AT = 'agents.x-k8s.io/claim-first-ready-at';

/** Ready=False reasons that the claim controller never leaves by itself; the Python client has the same set. */
const TERMINAL_REASONS: ReadonlySet<string> = new Set([
  'InvalidMetadata',
  'EnvVarsInjectionRejected',
  'VolumeClaimTemplatesError',
  'ClaimExpired',
  'SandboxExpired',
]);

/** On the Sandbox: `warm` where it came from a pool, also before any claim took it. */
export const LAUNCH_TYPE_LABEL = 'agents.x-k8s.io/launch-type';

/** What a SandboxClaim's status says. Latencies never come from it: its times have whole seconds. */
export interface ClaimReading {
  ready: boolean;
  /** The sandbox bound to the claim; null before that. */
  sandboxName: string | null;
  /** Why it can never become ready; null while it may. */
  terminalReason: string | null;
  /** The Ready condition's reason, whatever it says; null where there is no such condition yet. */
  reason: string | null;
  /** The controller's notes, as they were written; undefined where there is none. */
  observedAt: string | undefined;
  stampedAt: string | undefined;
}

interface ClaimStatus {
  conditions?: { type?: string; status?: string; reason?: string }[];
  sandbox?: { name?: string };
}

/** Reads a SandboxClaim as it came from the API server; one without a status is simply not ready yet. */
export function readClaim(claim: KubeObject): ClaimReading {
  const status = claim['status'] as ClaimStatus | undefined;
  const condition = status?.conditions?.find(({ type }) => type === 'Ready');
  const ready = condition?.status === 'True';
  const reason = nonEmpty(condition?.reason);
  return {
    ready,
    sandboxName: nonEmpty(status?.sandbox?.name),
    terminalReason: !ready && reason !== null && TERMINAL_REASONS.has(reason) ? reason : null,
    reason,
    observedAt: claim.metadata.annotations?.[FIRST_OBSERVED_AT],
    stampedAt: claim.metadata.annotations?.[FIRST_READY_AT],
  };
}

/** How the sandbox came to be, by its own label; `unknown` where it is gone or carries none. */
export function launchOf(sandbox: Pick<ObjectMeta, 'labels'> | null): 'warm' | 'cold' | 'unknown' {
  const launch = sandbox?.labels?.[LAUNCH_TYPE_LABEL];
  return launch === 'warm' || launch === 'cold' ? launch : 'unknown';
}

/** Epoch milliseconds with a fraction, as fine as a double holds; undefined where the text is no time. */
export function stampMs(text: string | undefined): number | undefined {
  const [, seconds, fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z$/.exec(text ?? '') ?? [];
  if (seconds === undefined) return undefined;
  const wholeMs = Date.parse(`${seconds}Z`);
  return Number.isNaN(wholeMs) ? undefined : wholeMs + Number(`0${fraction}`) * 1000;
}

function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
