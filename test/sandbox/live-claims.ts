import assert from 'node:assert/strict';
import { LABELS } from '../../src/domain/names.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { KubeClient, KubeObject, KubeResource } from '../../src/kubernetes/kube-client.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { waitFor } from '../../src/kubernetes/wait.ts';
import { claimManifest } from '../../src/sandbox/claim-manifest.ts';
import { launchOf, readClaim } from '../../src/sandbox/claim-status.ts';

/** A control plane's garbage collector looks for new kinds each 30 s only: what waits for it waits so long at least. */
export const MINUTE = 60_000;

/** Name and uid of every object of a kind that carries the owner's label. */
export async function uidsOf(kube: KubeClient, resource: KubeResource, { owner }: Plan): Promise<string[]> {
  const { items } = await kube.list(resource, { labelSelector: `${LABELS.owner}=${owner}` });
  return items.map(({ metadata }) => `${metadata.name} ${metadata.uid}`).sort();
}

/** Creates the plan's claim of that index. */
export async function createClaim(
  kube: KubeClient,
  plan: Plan,
  index: number,
): Promise<{ name: string; namespace: string }> {
  const { name, namespace = '' } = (await kube.create(RESOURCES.SandboxClaim, claimOf(plan, index))).metadata;
  return { name, namespace };
}

/** Sets a claim's finalizers; null takes them away. */
export async function setFinalizers(
  kube: KubeClient,
  { name, namespace }: { name: string; namespace: string },
  finalizers: string[] | null,
): Promise<void> {
  await kube.mergePatch(RESOURCES.SandboxClaim, name, { metadata: { finalizers } }, { namespace });
}

/** Creates a claim, waits until it is ready, and says how its sandbox came to be. */
export async function launchOfNewClaim(kube: KubeClient, plan: Plan, index: number): Promise<string> {
  const { name, namespace } = await createClaim(kube, plan, index);
  const [claim] = await waitFor(
    kube,
    RESOURCES.SandboxClaim,
    { namespace, name },
    ([seen]) => seen !== undefined && readClaim(seen).ready,
    { timeoutMs: MINUTE },
  );
  const { sandboxName, terminalReason } = readClaim(claim as KubeObject);
  assert.equal(terminalReason, null);
  const bound = await kube.getMetadata(RESOURCES.Sandbox, sandboxName ?? '', { namespace });
  return launchOf(bound?.metadata ?? null);
}

/** The plan's claim of that index, due now. */
export function claimOf(plan: Plan, index: number): KubeObject {
  const nowMs = Date.now();
  return claimManifest({
    plan,
    windowIndex: 0,
    index,
    readyTimeoutMs: 30_000,
    attempt: 1,
    requestedAtMs: nowMs,
    shutdownAtMs: nowMs + 10 * MINUTE,
  });
}

/** A CRD of the same name as agent-sandbox's, made by somebody else. */
export function strangersClaimDefinition(name: string): KubeObject {
  const { apiVersion, kind } = RESOURCES.CustomResourceDefinition;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      annotations: { 'api-approved.kubernetes.io': 'unapproved, a test' },
    },
    spec: {
      group: 'extensions.agents.x-k8s.io',
      names: {
        kind: 'SandboxClaim',
        listKind: 'SandboxClaimList',
        plural: 'sandboxclaims',
        singular: 'sandboxclaim',
      },
      scope: 'Namespaced',
      versions: [{ name: 'v1beta1', served: true, storage: true, schema }],
    },
  };
}
