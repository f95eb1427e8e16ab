import { TemporalUnreachableError } from '../domain/errors.ts';
import { createAskOwner } from '../system/owner-state.ts';
import { listSessions } from '../system/sessions.ts';
import { stateFolder } from '../system/state-folder.ts';
import type { ResolvedTemporal, TemporalAddress } from '../system/temporal.ts';
import { connectTemporal, resolveTemporal } from '../system/temporal.ts';
import type { SweepWorld } from '../unwind/take-stock.ts';
import { tearDownHeld } from './held-run.ts';
import { ownProviders } from './own-providers.ts';

/** What sweep and teardown work with, as long as one command lasts. */
export interface OpenSweepWorld {
  world: SweepWorld;
  temporal: { address: string; namespace: string };
  /** False: nobody answers at Temporal's address. All the rest works without. */
  reachable: boolean;
  /** Tells a held run to take itself down; its answer, or null where no run of that name is held. */
  tearDownHeld?(runName: string): Promise<string | null>;
  close(): Promise<void>;
}

/** Opens the real world: providers, and Temporal if it answers. */
export async function openSweepWorld(given: TemporalAddress): Promise<OpenSweepWorld> {
  const temporal = resolveTemporal(given);
  const client = await connectTemporal(given).then(
    (connected) => connected.client,
    (error: unknown) => {
      if (error instanceof TemporalUnreachableError) return null;
      throw error;
    },
  );
  const sessions = () => listSessions(stateFolder());
  return {
    world: {
      ...(await unwindWorld(temporal)),
      askOwner: () => createAskOwner({ temporal, client, sessions }),
      nowMs: Date.now,
    },
    temporal,
    reachable: client !== null,
    ...(client === null ? {} : { tearDownHeld: (runName) => tearDownHeld(client, runName) }),
    close: async () => client?.connection.close(),
  };
}

/** Imported only here: every other command does without the Kubernetes client and starts at once. */
async function unwindWorld({
  address,
  namespace,
}: ResolvedTemporal): Promise<Omit<SweepWorld, 'askOwner' | 'nowMs'>> {
  const own = await ownProviders((workflowId) => ({ kind: 'temporal', address, namespace, workflowId }));
  const { connect } = await import('../kubernetes/connect.ts');
  return { ...own, connect };
}
