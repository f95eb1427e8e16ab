import { join } from 'node:path';
import { ended, nextMessage, startPinned } from './pinned-process.ts';
import { STUB_DEFAULTS } from './stub/settings.ts';
import type { StubReport, StubSettings } from './stub/settings.ts';
import type { StubOrder } from './stub/stub-process.ts';

/** The stub API server in a process of its own. */
export interface StubProcess {
  kubeconfig: string;
  report(): Promise<StubReport>;
  stop(): Promise<void>;
}

/** Starts one, on the core of that number where one is given. */
export async function startStub(settings: Partial<StubSettings>, core: number | null): Promise<StubProcess> {
  // On a busy machine a parallel collection waits for threads that are not given a core: up to 10 ms were seen.
  const flags = ['--single-threaded-gc'];
  const child = startPinned(join(import.meta.dirname, 'stub/stub-process.ts'), [], core, flags);
  const ask = async <T>(order: StubOrder): Promise<T> => {
    const answer = nextMessage<T>(child);
    child.send(order);
    return answer;
  };
  const { kubeconfig } = await ask<{ kubeconfig: string }>({ start: { ...STUB_DEFAULTS, ...settings } });
  return {
    kubeconfig,
    report: () => ask<StubReport>('report'),
    async stop() {
      child.send('stop' satisfies StubOrder);
      await ended(child);
    },
  };
}
