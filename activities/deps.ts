import type { ClaimMetrics } from '../src/metrics/claim-metrics.ts';
import type { KubeClient } from '../src/kubernetes/kube-client.ts';
import type { ClusterAccess, ClusterProvider } from '../src/providers/provider.ts';
import type { AgentSandbox } from '../src/sandbox/agent-sandbox.ts';

/** The world of the activities, made of narrow interfaces; built in `src/worker.ts` only. */
export interface ActivityDeps {
  /** By provider type. Throws InvalidSpecError for an unknown one, naming those that are known. */
  provider(type: string): ClusterProvider;
  /** By resource type, likewise. */
  agentSandbox(type: string): AgentSandbox;
  connect(access: ClusterAccess): KubeClient;
  /** Search attributes that the server knows. */
  searchAttributes: readonly string[];
  /** Relative report folders start here. */
  baseFolder: string;
  /** This machine, for people who look for a report. */
  host: string;
  /** Versions of sandtide, Node and the Temporal SDK, for the report. */
  versions: Readonly<Record<string, string>>;
  /** Told of the load while it goes on; left out where nobody scrapes. */
  claimMetrics?: ClaimMetrics;
  /** Commands of a spec may run on this very machine, where a provider has no other place for them. */
  hostCommands?: boolean;
  nowMs(): number;
}
