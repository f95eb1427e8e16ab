import { connect } from '../src/kubernetes/connect.ts';
import { runWindow } from '../src/load/run-window.ts';
import type { WindowResult } from '../src/measure/window-result.ts';
import type { ClientName } from './bare-clients.ts';
import { runBareLoop } from './bare-loop.ts';
import { benchRequest, benchWorld } from './bench-window.ts';

/** What is measured: sandtide's driver, or a bare loop beside it. */
export type Subject = { kind: 'driver' } | { kind: 'bare'; client: ClientName; watch: 'whole' | 'metadata' };

/** One round of one subject. */
export interface RoundOrder {
  subject: Subject;
  kubeconfig: string;
  windowIndex: number;
  qps: number;
  claims: number;
  maxConcurrent: number;
  /** Looks at CPU and heap each time that so many more claims have ended; only of the driver. */
  lookEvery?: number;
}

/** CPU since the round's start and heap after a collection, when so many claims had ended. */
export interface Look {
  ended: number;
  cpuSeconds: number;
  heapMib: number;
}

/** What one round took of this process. */
export interface RoundResult {
  claims: number;
  wallSeconds: number;
  cpuSeconds: number;
  /** Claims that did not become ready. */
  notReady: number;
  looks: Look[];
  /** Of the driver: its own result, with lateness and latencies in it. */
  result: WindowResult | null;
}

const MIB = 2 ** 20;
const world = await benchWorld();

async function round(order: RoundOrder): Promise<RoundResult> {
  const { subject, kubeconfig, windowIndex, claims } = order;
  const request = benchRequest(windowIndex, order);
  const kube = connect({ kubeconfig });
  const cpuBefore = process.cpuUsage();
  const beganMs = performance.now();
  const looks: Look[] = [];
  const cpuSeconds = (): number => {
    const { user, system } = process.cpuUsage(cpuBefore);
    return (user + system) / 1e6;
  };
  // The collection is forced by the looking alone, so its own CPU is taken off again.
  let lookingSeconds = 0;
  const look = (ended: number): void => {
    const before = cpuSeconds();
    global.gc?.();
    const after = cpuSeconds();
    looks.push({ ended, cpuSeconds: before - lookingSeconds, heapMib: process.memoryUsage().heapUsed / MIB });
    lookingSeconds += after - before;
  };
  let nextLook = order.lookEvery ?? Infinity;
  let result: WindowResult | null = null;
  if (subject.kind === 'driver') {
    const heartbeat: typeof world.deps.heartbeat = (_, live) => {
      if (live.ended < nextLook) return;
      look(live.ended);
      nextLook = live.ended + (order.lookEvery ?? Infinity);
    };
    result = await runWindow(request, { ...world.deps, kube, heartbeat });
  } else {
    await runBareLoop(kubeconfig, request, subject);
  }
  const wallSeconds = (performance.now() - beganMs) / 1000;
  const spent = cpuSeconds() - lookingSeconds;
  await kube.close();
  const notReady = result === null ? 0 : claims - result.counts.ready;
  return { claims, wallSeconds, cpuSeconds: spent, notReady, looks, result };
}

process.on('message', (order: RoundOrder) => {
  round(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
      process.disconnect();
    },
  );
});
process.on('disconnect', () => {
  void world.remove().finally(() => process.exit());
});
