import { LABELS } from '../../domain/names.ts';
import type { Work } from '../../domain/work.ts';
import { waitUntilGone } from '../../kubernetes/remove.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { RemovalTarget } from '../agent-sandbox.ts';
import { untilSandboxesGone } from './owned-sandboxes.ts';
import { goneOrNoSuchKind } from './removal.ts';

/** The server deletes a collection one by one before it answers: some thousand claims take longer than any other call. */
const DELETE_COLLECTION_TIMEOUT_MS = 120_000;

/** Deletes every claim of this owner; returns when they and their sandboxes are gone. */
export async function removeClaims(target: RemovalTarget, timeoutMs: number, work: Work): Promise<void> {
  const { kube, plan } = target;
  const { signal } = work;
  const selection = {
    namespace: plan.sandbox.workloadNamespace,
    labelSelector: `${LABELS.owner}=${plan.owner}`,
    signal,
  };
  work.progress('deleting the claims');
  await kube.deleteCollection(RESOURCES.SandboxClaim, {
    ...selection,
    timeoutMs: DELETE_COLLECTION_TIMEOUT_MS,
  });
  work.progress('waiting for claims and their sandboxes to be gone');
  await goneOrNoSuchKind(waitUntilGone(kube, RESOURCES.SandboxClaim, { ...selection, timeoutMs }));
  await untilSandboxesGone(target, 'SandboxClaim', timeoutMs, work);
}
