import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { protectedBy } from '../domain/owned-cluster.ts';
import type { OwnedCluster } from '../providers/provider.ts';
import { endDeadDev } from '../system/dev-folder.ts';
import { endProcesses } from '../system/process-table.ts';
import type { Session } from '../system/sessions.ts';
import { closeSession, listSessions } from '../system/sessions.ts';
import { stateFolder } from '../system/state-folder.ts';
import { protectedNames } from '../unwind/sweep-settings.ts';

/** A lease may be read by a clock that is off by so much. */
const LEASE_MARGIN_SECONDS = 15 * 60;

/**
 * Removes what dead owners left on this machine: embedded sessions whose process is gone, with their Temporal server,
 * worker and clusters, the server that a killed `sandtide dev` left, and local clusters whose lease is long over. Every
 * command begins with it; with nothing to do it costs a look at two folders and a file.
 */
export async function sweepDead(say: (line: string) => void): Promise<void> {
  const state = stateFolder();
  if ((await endDeadDev(state)) > 0)
    say('ended the Temporal server of a dead `sandtide dev`; its runs go on with the next `sandtide dev`');
  const sessions = listSessions(state);
  const dead = sessions.filter((session) => !session.alive);
  const clusters = (await isEmpty(join(state, 'local'))) ? [] : await deadClusters(state, sessions);
  if (dead.length === 0 && clusters.length === 0) return;
  say(
    `cleaning up after ${dead.length} dead session${dead.length === 1 ? '' : 's'} and ${clusters.length} cluster${clusters.length === 1 ? '' : 's'} that nobody owns any more`,
  );
  // Worker and server first: neither may start anything while its clusters go.
  for (const session of dead) await endProcesses(session.folder, session.id);
  for (const { cluster, remove } of clusters) {
    await remove();
    say(`removed cluster ${cluster.handle.name} of run ${cluster.runName}`);
  }
  for (const session of dead) closeSession(session);
}

async function isEmpty(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).length === 0;
}

async function deadClusters(state: string, sessions: readonly (Session & { alive: boolean })[]) {
  // Imported only when there are clusters: it brings the Kubernetes client along.
  const { localClusters } = await import('../providers/local/local-clusters.ts');
  const provider = localClusters(state);
  const work = { signal: AbortSignal.timeout(60_000), progress: () => undefined };
  const live = new Set(sessions.filter((session) => session.alive).map((session) => session.id));
  const nowSeconds = Date.now() / 1000;
  const protect = protectedNames(process.env);
  return (await provider.list(work))
    .filter((cluster) => isDead(cluster, live, nowSeconds) && protectedBy(cluster, protect) === null)
    .map((cluster) => ({ cluster, remove: () => provider.remove(cluster.handle, cluster.owner, work) }));
}

/** An embedded run dies with its session. Another's Temporal may come back: only its lease, by a margin, decides. */
function isDead(
  { home, leaseUntilSeconds }: OwnedCluster,
  live: ReadonlySet<string>,
  nowSeconds: number,
): boolean {
  if (home.kind === 'embedded') return !live.has(home.sessionId);
  return leaseUntilSeconds > 0 && nowSeconds > leaseUntilSeconds + LEASE_MARGIN_SECONDS;
}
