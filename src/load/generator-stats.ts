import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the event loop is asked; its histogram holds this interval too, which is taken off again. */
const RESOLUTION_MS = 10;

/** What the load generator itself needed, from the call on. */
export interface GeneratorStats {
  eventLoopDelayP99Ms(): number;
  /** User and system time of this whole process. */
  cpuSeconds(): number;
  stop(): void;
}

export function startGeneratorStats(): GeneratorStats {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  const before = process.cpuUsage();
  return {
    eventLoopDelayP99Ms() {
      if (delays.count === 0) return 0;
      return Math.max(0, delays.percentile(99) / 1e6 - RESOLUTION_MS);
    },
    cpuSeconds() {
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e6;
    },
    stop() {
      delays.disable();
    },
  };
}
