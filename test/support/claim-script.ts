import type { KubeObject } from '../../src/kubernetes/kube-client.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { LAUNCH_TYPE_LABEL } from '../../src/sandbox/claim-status.ts';

/** What happens to one claim; milliseconds. */
export interface ClaimScript {
  /** From the create's call to the object's being there. */
  landsAfterMs: number;
  /** From the create's call to its answer. */
  answersAfterMs: number;
  /** Its answer's time counts from when the claim became ready: an answer that comes last however busy the machine is. */
  answersOnceReady: boolean;
  /** Instead of an answer. */
  createError: Error | null;
  /** With `createError`: nothing was created. */
  neverLands: boolean;
  /** From landing to Ready; null for never. */
  readyAfterMs: number | null;
  /** Ready once this resolves, instead of after a time: when the test says so. */
  readyOnce: Promise<unknown> | null;
  /** It lands, and is what it will ever be, before its create returns: no time-out of it can come before that. */
  atOnce: boolean;
  /** Ready=False for this reason instead, for ever. */
  notReadyReason: string | null;
  /** Null: the sandbox carries no launch type. */
  launch: 'warm' | 'cold' | null;
  exitCode: number | Error;
  /** How many deletes of it fail first. */
  deleteFailures: number;
}

/** An ordinary claim: warm, and ready some milliseconds after its create. */
export const PLAIN: ClaimScript = {
  landsAfterMs: 1,
  answersAfterMs: 2,
  answersOnceReady: false,
  createError: null,
  neverLands: false,
  readyAfterMs: 5,
  readyOnce: null,
  atOnce: false,
  notReadyReason: null,
  launch: 'warm',
  exitCode: 0,
  deleteFailures: 0,
};

/** The pod of a claim's sandbox; it is not called like the sandbox, as after an adoption. */
export function podOf(claimName: string): string {
  return `pod-of-${claimName}`;
}

/** The sandbox that a ready claim is bound to. */
export function sandboxOf(claimName: string, { launch }: ClaimScript): KubeObject {
  return {
    apiVersion: RESOURCES.Sandbox.apiVersion,
    kind: RESOURCES.Sandbox.kind,
    metadata: {
      name: `sandbox-of-${claimName}`,
      labels: launch === null ? {} : { [LAUNCH_TYPE_LABEL]: launch },
      annotations: { 'agents.x-k8s.io/pod-name': podOf(claimName) },
    },
  };
}
