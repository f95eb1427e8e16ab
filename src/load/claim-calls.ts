import { setTimeout as sleep } from 'node:timers/promises';
import { durationMs } from '../domain/durations.ts';
import { TimedOutError, UnavailableError } from '../domain/errors.ts';
import { LABELS } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import { AlreadyExistsError } from '../kubernetes/api-errors.ts';
import type { ExecResult, KubeClient, KubeObject } from '../kubernetes/kube-client.ts';
import { RESOURCES } from '../kubernetes/resources.ts';
import type { Launch } from '../measure/window-result.ts';
import { claimManifest } from '../sandbox/claim-manifest.ts';
import { launchOf } from '../sandbox/claim-status.ts';
import type { ClaimSpec } from '../spec/agent-sandbox-schema.ts';
import type { LoadSpec } from '../spec/schema.ts';
import { longestDwellMs } from './dwell.ts';
import { workMs } from './workload.ts';

/** How long a claim outlives what it was made for, should nobody delete it. */
const HARD_STOP_MARGIN_MS = 300_000;
/** What exec itself may need besides the work that it runs. */
const EXEC_MARGIN_MS = 60_000;
const UNSET: ClaimSpec = { lifetime: null, ttlAfterFinished: null };
const DELETE_TRIES = 3;
const DELETE_PAUSE_MS = 250;

/** Where and for whom claims are made. */
export interface ClaimScope {
  kube: KubeClient;
  plan: Plan;
  load: LoadSpec;
  /** What claims say of their own end; left out, the defaults of the spec. */
  claim?: ClaimSpec | undefined;
  windowIndex: number;
  attempt: number;
  /** Ends every call; what they throw then is of no account. */
  signal: AbortSignal;
}

/** The API calls in the life of one claim. */
export class ClaimCalls {
  readonly #scope: ClaimScope;
  readonly #call: { namespace: string; signal: AbortSignal };

  constructor(scope: ClaimScope) {
    this.#scope = scope;
    this.#call = { namespace: scope.plan.sandbox.workloadNamespace, signal: scope.signal };
  }

  /**
   * Creates the claim. One of that name which carries our labels is ours, an earlier try whose answer was lost: it is
   * `adopted`, as it was found. Throws ConflictError for anybody else's, and whatever the API says otherwise.
   */
  async create(
    index: number,
    name: string,
    sentMs: number,
  ): Promise<{ claim: KubeObject; adopted: boolean }> {
    const { kube, plan, load, claim: ends = UNSET, windowIndex, attempt } = this.#scope;
    const readyTimeoutMs = durationMs(load.readyTimeout);
    const lifetimeMs =
      ends.lifetime === null
        ? readyTimeoutMs + workMs(load) + longestDwellMs(load) + HARD_STOP_MARGIN_MS
        : durationMs(ends.lifetime);
    const manifest = claimManifest({
      plan,
      windowIndex,
      index,
      attempt,
      readyTimeoutMs,
      requestedAtMs: sentMs,
      shutdownAtMs: sentMs + lifetimeMs,
      ttlAfterFinishedSeconds:
        ends.ttlAfterFinished === null ? null : Math.ceil(durationMs(ends.ttlAfterFinished) / 1000),
    });
    try {
      return { claim: await kube.create(RESOURCES.SandboxClaim, manifest, this.#call), adopted: false };
    } catch (error) {
      const taken = error instanceof AlreadyExistsError;
      const unclear = error instanceof UnavailableError || error instanceof TimedOutError;
      if (!taken && !unclear) throw error;
      const claim = await kube.get(RESOURCES.SandboxClaim, name, this.#call).catch(() => null);
      if (claim !== null && this.#isOurs(claim)) return { claim, adopted: true };
      throw error;
    }
  }

  /** Whether the very claim is still there. */
  async isThere(name: string, uid: string | null): Promise<boolean> {
    const found = await this.#find(name);
    return found !== null && (uid === null || found.metadata.uid === uid);
  }

  /** How the sandbox was launched, and its pod. `unknown` where it cannot be read: the claim is ready all the same. */
  async sandbox(name: string): Promise<{ launch: Launch; podName: string }> {
    try {
      const found = await this.#scope.kube.getMetadata(RESOURCES.Sandbox, name, this.#call);
      if (found === null) return { launch: 'unknown', podName: name };
      const podName = found.metadata.annotations?.['agents.x-k8s.io/pod-name'] ?? name;
      return { launch: launchOf(found.metadata), podName };
    } catch {
      return { launch: 'unknown', podName: name };
    }
  }

  /** Runs the workload in the pod. Throws where it could not be run. */
  work(podName: string, command: string[]): Promise<ExecResult> {
    const { kube, plan, load, signal } = this.#scope;
    // A busy loop ends by itself; what a user's command does longer than it may is cut off.
    const timeoutMs = workMs(load) + (load.workloadCommand === null ? EXEC_MARGIN_MS : 0);
    const pod = { namespace: plan.sandbox.workloadNamespace, name: podName };
    return kube.exec(pod, command, { signal, timeoutMs });
  }

  /**
   * Deletes the claim if it is ours. False where it could not be deleted in a few tries; the unwind finds it by its
   * label then.
   */
  async remove(name: string, uid: string | null): Promise<boolean> {
    for (let tries = 1; !this.#scope.signal.aborted; tries += 1) {
      try {
        return await this.#delete(name, uid);
      } catch {
        if (tries === DELETE_TRIES) return false;
        await sleep(DELETE_PAUSE_MS * 2 ** (tries - 1), undefined, { signal: this.#scope.signal }).catch(
          () => undefined,
        );
      }
    }
    return false;
  }

  async #delete(name: string, known: string | null): Promise<boolean> {
    let uid = known;
    if (uid === null) {
      const found = await this.#find(name);
      if (found === null || !this.#isOurs(found)) return false;
      uid = uidOf(found);
    }
    const meant = uid === null ? {} : { uid };
    await this.#scope.kube.delete(RESOURCES.SandboxClaim, name, {
      ...this.#call,
      ...meant,
      propagation: 'Background',
    });
    return true;
  }

  #find(name: string): Promise<KubeObject | null> {
    return this.#scope.kube.getMetadata(RESOURCES.SandboxClaim, name, this.#call);
  }

  #isOurs(found: KubeObject): boolean {
    const labels = found.metadata.labels ?? {};
    const { plan, windowIndex } = this.#scope;
    return labels[LABELS.owner] === plan.owner && labels[LABELS.window] === String(windowIndex);
  }
}

function uidOf(object: KubeObject): string | null {
  return object.metadata.uid ?? null;
}
