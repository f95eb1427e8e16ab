import type { ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { startFaultProxy } from '../../src/faults/fault-proxy.ts';
import type { FaultEvent, FaultProxy, FaultProxyOptions } from '../../src/faults/fault-proxy.ts';
import { faultPlanSchema } from '../../src/faults/schema.ts';
import { connect } from '../../src/kubernetes/connect.ts';
import type { ConnectTuning } from '../../src/kubernetes/connect.ts';
import type { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { scriptedServer } from '../kubernetes/scripted-server.ts';
import type { ScriptedServer, Seen } from '../kubernetes/scripted-server.ts';

/** A scripted server and a client whose calls go through a fault proxy. */
export interface FaultyServer {
  server: ScriptedServer;
  proxy: FaultProxy;
  kube: KubeClient;
  /** What the proxy told of each fault that took place. */
  events: FaultEvent[];
  /** How often the fault of the rule took place. */
  happened: (rule?: number) => number;
}

/** A proxy with these rules, for as long as the test runs. */
export async function faultProxy(
  t: TestContext,
  rules: unknown[],
  options: FaultProxyOptions = {},
): Promise<FaultProxy> {
  const proxy = await startFaultProxy(faultPlanSchema.parse({ rules }), options);
  t.after(() => proxy.close());
  return proxy;
}

/** A client of that kubeconfig that waits only some milliseconds, for as long as the test runs. */
export function impatientClient(t: TestContext, kubeconfig: string, tuning: ConnectTuning = {}): KubeClient {
  const kube = connect({ kubeconfig }, { ...tuning, patience: { baseMs: 2, capMs: 20, ...tuning.patience } });
  t.after(() => kube.close());
  return kube;
}

export async function faultyServer(
  t: TestContext,
  rules: unknown[],
  answer: (response: ServerResponse, seen: Seen, count: number) => void,
  tuning: ConnectTuning = {},
): Promise<FaultyServer> {
  const events: FaultEvent[] = [];
  const server = await scriptedServer(t, answer);
  const proxy = await faultProxy(t, rules, { onFault: (event) => events.push(event) });
  const { kubeconfig } = proxy.through({ kubeconfig: server.kubeconfig });
  const kube = impatientClient(t, kubeconfig, tuning);
  return { server, proxy, kube, events, happened: (rule = 0) => proxy.counts()[rule]?.happened ?? 0 };
}
