import { connect as connectTcp, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { parse, stringify } from 'yaml';

/** Passes bytes on to a loopback port until it is told to cut. */
export interface CuttingProxy {
  port: number;
  /** Resets every connection that is open now; new ones are served. */
  cut(): void;
  /** Connections accepted so far. */
  accepted(): number;
  stop(): Promise<void>;
}

export async function cuttingProxy(targetPort: number): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  let accepted = 0;
  const server = createServer((client) => {
    accepted++;
    const target = connectTcp(targetPort, '127.0.0.1');
    for (const socket of [client, target]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        target.destroy();
      });
    }
    client.pipe(target).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    accepted: () => accepted,
    async stop() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The same kubeconfig with another port in its server address. */
export function onPort(kubeconfig: string, change: (port: number) => number): string {
  const document = parse(kubeconfig) as { clusters: { cluster: { server: string } }[] };
  for (const { cluster } of document.clusters) {
    const server = new URL(cluster.server);
    server.port = String(change(Number(server.port)));
    cluster.server = server.origin;
  }
  return stringify(document);
}
