import type { StubSettings } from './settings.ts';
import { startStubServer } from './stub-server.ts';
import type { StubServer } from './stub-server.ts';

/** What the parent may ask of this process, over the channel that came with the fork. */
export type StubOrder = { start: StubSettings } | 'report' | 'stop';

let server: StubServer | null = null;

async function obey(order: StubOrder): Promise<void> {
  if (typeof order === 'object') {
    server = await startStubServer(order.start);
    process.send?.({ kubeconfig: server.kubeconfig });
  } else if (order === 'report') {
    process.send?.(server?.report());
  } else {
    await server?.close();
    process.disconnect();
  }
}

process.on('message', (order: StubOrder) => {
  obey(order).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
    process.disconnect();
  });
});
// Nothing that was started for a benchmark outlives it.
process.on('disconnect', () => process.exit());
