import { createHash, randomBytes } from 'node:crypto';
import { UnworkableError } from '../domain/errors.ts';
import { readCredentials } from '../kubernetes/credentials.ts';
import type { CredentialSource } from '../kubernetes/credentials.ts';
import { createFaultChooser } from './choose.ts';
import type { FaultChooser, RuleCounts } from './choose.ts';
import { pointAt } from './rewrite-kubeconfig.ts';
import type { FaultPlan } from './schema.ts';

/** A way to one API server with one user's credentials. */
export interface Route {
  readonly credentials: CredentialSource;
  readonly cluster: FaultedCluster;
}

/** What the rules have seen of one cluster, whoever called. */
export interface FaultedCluster {
  readonly chooser: FaultChooser;
  readonly beganAtMs: number;
}

export interface Routes {
  /** A kubeconfig for the same user that leads to `origin`. Throws `UnworkableError` for one that can't be used. */
  through(kubeconfig: string, origin: string): string;
  /** The route that a request's path begins with, and the rest of the path; null for a path that was never given out. */
  find(path: string): { route: Route; target: string } | null;
  /** One for each rule, summed over the clusters. */
  counts(): RuleCounts[];
}

/** Each kubeconfig has a route, whose path is a secret; routes to the same cluster share its counters and its clock. */
export function createRoutes(plan: FaultPlan, nowMs: () => number): Routes {
  const clusters = new Map<string, FaultedCluster>();
  const bySecret = new Map<string, Route>();
  const secrets = new Map<string, string>();

  function open(kubeconfig: string): string {
    const credentials = readCredentials(kubeconfig);
    refuseOtherProxy(credentials);
    const key = clusterKey(credentials);
    const cluster = clusters.get(key) ?? { chooser: createFaultChooser(plan), beganAtMs: nowMs() };
    clusters.set(key, cluster);
    const secret = randomBytes(32).toString('hex');
    bySecret.set(secret, { credentials, cluster });
    return secret;
  }

  return {
    through(kubeconfig, origin) {
      const digest = sha256(kubeconfig);
      const secret = secrets.get(digest) ?? open(kubeconfig);
      secrets.set(digest, secret);
      return pointAt(kubeconfig, `${origin}/${secret}`);
    },
    find(path) {
      const [, secret = '', target = ''] = /^\/([0-9a-f]{64})(\/.*)$/.exec(path) ?? [];
      const route = bySecret.get(secret);
      return route === undefined ? null : { route, target };
    },
    counts() {
      const seen = [...clusters.values()].map(({ chooser }) => chooser.counts());
      return createFaultChooser(plan)
        .counts()
        .map((none, rule) => seen.reduce((sum, counts) => plus(sum, counts[rule] ?? none), none));
    },
  };
}

/** Where a cluster is and whom it is trusted as: a later one on the same port is another one. */
function clusterKey(credentials: CredentialSource): string {
  const { origin, pathPrefix } = credentials;
  const cluster = credentials.kubeConfig().getCurrentCluster();
  return sha256(JSON.stringify([origin, pathPrefix, cluster?.caData, cluster?.caFile]));
}

function refuseOtherProxy({ proxyUrl }: CredentialSource): void {
  if (proxyUrl === null) return;
  throw new UnworkableError({
    object: 'kubeconfig',
    what: 'has a proxy-url, and with a faults file only that can stand between us and the API server',
    next: 'use a kubeconfig without proxy-url, or no faults file',
  });
}

function plus(one: RuleCounts, other: RuleCounts): RuleCounts {
  return {
    rule: one.rule,
    matched: one.matched + other.matched,
    chosen: one.chosen + other.chosen,
    happened: one.happened + other.happened,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
