import { connect } from 'node:net';

const LOOPBACK = /^(127(?:\.\d{1,3}){3}|localhost|\[::1\]):(\d{1,5})$/;

/**
 * True where nothing listens at an address of this machine: known at once, while gRPC goes on trying until its
 * time-out. Elsewhere a proxy may be in between, and it is left to gRPC.
 */
export function refusedOnLoopback(address: string): Promise<boolean> {
  const [, host, port] = LOOPBACK.exec(address) ?? [];
  if (host === undefined || port === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({ host: host.replace(/[[\]]/g, ''), port: Number(port), timeout: 1_000 });
    const settle = (refused: boolean) => {
      socket.destroy();
      resolve(refused);
    };
    socket.once('connect', () => settle(false));
    socket.once('timeout', () => settle(false));
    socket.once('error', (error) => settle((error as NodeJS.ErrnoException).code === 'ECONNREFUSED'));
  });
}
