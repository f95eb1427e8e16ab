import type { OwnedCluster } from '../domain/owned-cluster.ts';
import type { AskedCluster, OwnerState } from '../domain/sweep-decision.ts';
import { columns } from '../report/columns.ts';
import { plural } from '../report/figures.ts';
import { plainText } from '../report/plain-text.ts';

/** What a teardown is about to remove: every owner that had the run's name. */
export function teardownTable(run: string, clusters: readonly AskedCluster[]): string[] {
  const owners = new Set(clusters.map(({ cluster }) => cluster.owner)).size;
  const several = owners > 1 ? `, of ${owners} runs that had this name` : '';
  return [
    `${plainText(run)}: ${plural(clusters.length, 'cluster')}${several}`,
    ...columns({
      head: ['PROVIDER', 'CLUSTER', 'OWNER', 'LEASE UNTIL', 'RUN'],
      align: ['left', 'left', 'left', 'left', 'left'],
      rows: clusters.map(({ cluster, ownerState }) => {
        const { handle, owner, leaseUntilSeconds } = cluster;
        const cells = [handle.provider, handle.name, owner, timeOf(leaseUntilSeconds)];
        return [...cells, ownerInWords(ownerState, cluster)].map(plainText);
      }),
    }),
  ];
}

/** Said where there is nothing to remove; names what else there is, for a name may be misspelt. */
export function nothingFound(run: string, providers: readonly string[], others: readonly string[]): string {
  const nothing = `nothing at ${providers.join(', ')} carries the label of run ${plainText(run)}`;
  const there = [...others].sort().slice(0, MOST_NAMED).map(plainText).join(', ');
  const more = others.length > MOST_NAMED ? ` and ${others.length - MOST_NAMED} more` : '';
  return others.length === 0 ? nothing : `${nothing}; there are clusters of ${there}${more}`;
}

const MOST_NAMED = 10;

function timeOf(seconds: number): string {
  const time = new Date(seconds * 1000);
  return seconds > 0 && !Number.isNaN(time.getTime())
    ? time.toISOString().replace('.000', '')
    : 'cannot be read';
}

const IN_WORDS: Record<OwnerState, string> = {
  open: 'open',
  guarded: 'ended, its guard stands',
  ending: 'ended a moment ago',
  closed: 'ended',
  unknown: 'not known to Temporal (any more)',
  unreachable: 'Temporal cannot be reached',
  'unknown-namespace': 'its namespace is not known to Temporal',
  elsewhere: 'belongs to another Temporal service',
};

/** How the run of a cluster stands, in a few words. */
function ownerInWords(state: OwnerState, { home }: OwnedCluster): string {
  if (home.kind === 'embedded') {
    if (state === 'open') return 'open, with a Temporal server of its own';
    if (state === 'elsewhere') return 'its Temporal server of its own is not on this machine';
  }
  return IN_WORDS[state];
}

/** What a teardown found and did, for programs. */
export interface TeardownAccount {
  run: string;
  /** Whether Temporal could be asked. */
  reachable: boolean;
  /** Providers that could not be asked. */
  problems: readonly { provider: string; message: string }[];
  clusters: readonly AskedCluster[];
  /** Names of the clusters that were removed. */
  removed: readonly string[];
  /** What is still there, one by one. */
  left: readonly string[];
}

export function teardownJson({ run, reachable, problems, clusters, removed, left }: TeardownAccount): string {
  const found = clusters.map(({ cluster, ownerState }) => ({
    provider: cluster.handle.provider,
    name: cluster.handle.name,
    owner: cluster.owner,
    runName: cluster.runName,
    leaseUntilSeconds: cluster.leaseUntilSeconds,
    ownerState,
  }));
  const document = { run, temporalReachable: reachable, problems, clusters: found, removed, left };
  return `${JSON.stringify(document, null, 2)}\n`;
}
