import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { guardWorkflowId } from '../domain/names.ts';
import type { OwnedCluster } from '../domain/owned-cluster.ts';
import type { OwnerState } from '../domain/sweep-decision.ts';
import type { Work } from '../domain/work.ts';
import { ownerOf } from './owner-of.ts';

/** Asks whoever can know what became of a cluster's owner. Never throws but for the caller's own signal. */
export type AskOwner = (cluster: OwnedCluster, work: Work) => Promise<OwnerState>;

export interface OwnerWitnesses {
  /** The Temporal service that we talk to, named as its workers name it. */
  temporal: { address: string; namespace: string };
  /** Null where nobody answers there. */
  client: Client | null;
  /** Processes of this machine that bring a Temporal server of their own. */
  readonly sessions: () => readonly { id: string; alive: boolean }[];
  /** How long after its end a run is not taken for over; 20 s unless set. */
  quietMs?: number;
}

/** The last activity of a run that was ended by force hears of it at its next heartbeat, and stops then. */
const QUIET_MS = 20_000;

/** One look-up. */
const CALL_MS = 5_000;

export function createAskOwner(witnesses: OwnerWitnesses): AskOwner {
  // Once it has failed to answer it is not asked again in this pass: each question would cost its whole time-out.
  let unreachable = witnesses.client === null;
  return async (cluster, work) => {
    const { home } = cluster;
    if (home.kind === 'embedded') return sessionState(home.sessionId, witnesses);
    const { address, namespace } = witnesses.temporal;
    if (home.address !== address || home.namespace !== namespace) return 'elsewhere';
    if (witnesses.client === null || unreachable) return 'unreachable';
    try {
      return await runState(witnesses.client, cluster, namespace, witnesses.quietMs ?? QUIET_MS);
    } catch (error) {
      work.signal.throwIfAborted();
      if (error instanceof NamespaceNotFoundError) return 'unknown-namespace';
      unreachable = true;
      return 'unreachable';
    }
  };
}

/** A session that is not on this machine may be alive on another. */
function sessionState(sessionId: string, { sessions }: OwnerWitnesses): OwnerState {
  const session = sessions().find(({ id }) => id === sessionId);
  return session === undefined ? 'elsewhere' : session.alive ? 'open' : 'closed';
}

/**
 * The same workflow id on a service at the same address is no proof: two machines may both call theirs
 * 127.0.0.1:7233. A run is the cluster's only if the cluster's owner follows from it.
 */
async function runState(
  client: Client,
  { home, owner }: OwnedCluster,
  namespace: string,
  quietMs: number,
): Promise<OwnerState> {
  const { workflowId } = home;
  const run = await look(client, workflowId);
  const firstRunId = run?.raw.workflowExecutionInfo?.firstRunId ?? '';
  const same =
    firstRunId !== '' && ownerOf({ namespace, workflowId, firstExecutionRunId: firstRunId }) === owner;
  // A server that does not say which run it is may mean ours.
  if (isOpen(run) && (same || firstRunId === '')) return 'open';
  if (isOpen(await look(client, guardWorkflowId(workflowId)))) return 'guarded';
  if (run === null || !same) return 'unknown';
  // Between the two look-ups a reset may have opened it again, and the guard have been released by the end before.
  const again = await look(client, workflowId);
  if (again === null) return 'unknown';
  if (isOpen(again)) return 'open';
  return Date.now() < (again.closeTime?.getTime() ?? 0) + quietMs ? 'ending' : 'closed';
}

/** Null only where Temporal itself says that there is no such workflow. */
async function look(client: Client, workflowId: string): Promise<WorkflowExecutionDescription | null> {
  try {
    return await client.withDeadline(Date.now() + CALL_MS, () =>
      client.workflow.getHandle(workflowId).describe(),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** Paused, continued as new, and whatever a later server adds: not ended. */
function isOpen(run: WorkflowExecutionDescription | null): boolean {
  return run !== null && !CLOSED.has(run.status.name);
}

const CLOSED: ReadonlySet<string> = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT']);
