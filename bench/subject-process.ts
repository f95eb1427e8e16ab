import { connect } from '../src/kubernetes/connect.ts';
import { runWindow } from '../src/load/run-window.ts';
import { runBareLoop } from './bare-loop.ts';
import { benchRequest, benchWorld } from './bench-window.ts';

/** What is measured: sandtide's driver, or the bare loop beside it. */
export type Subject = 'driver' | 'bare';

export interface RoundOrder {
  kubeconfig: string;
  windowIndex: number;
  qps: number;
  claims: number;
  maxConcurrent: number;
}

/** What one round took of this process. */
export interface RoundResult {
  claims: number;
  wallSeconds: number;
  cpuSeconds: number;
  /** After a collection, in MiB; 0 where none could be asked for. */
  heapMib: number;
  rssMib: number;
  /** Of the driver: claims that did not become ready, and its own lateness. */
  notReady: number;
}

const subject = process.argv[2] as Subject;
const world = await benchWorld();

async function round(order: RoundOrder): Promise<RoundResult> {
  const { kubeconfig, windowIndex, claims } = order;
  const request = benchRequest(windowIndex, order);
  const kube = connect({ kubeconfig });
  const cpuBefore = process.cpuUsage();
  const beganMs = performance.now();
  let notReady = 0;
  if (subject === 'driver') {
    const { counts } = await runWindow(request, { ...world.deps, kube });
    notReady = claims - counts.ready;
  } else {
    await runBareLoop(kubeconfig, request);
  }
  const wallSeconds = (performance.now() - beganMs) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  await kube.close();
  global.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const mib = 2 ** 20;
  const heapMib = global.gc === undefined ? 0 : heapUsed / mib;
  return { claims, wallSeconds, cpuSeconds: (user + system) / 1e6, heapMib, rssMib: rss / mib, notReady };
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
