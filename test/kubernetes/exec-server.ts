import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { connect } from '../../src/kubernetes/connect.ts';
import type { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { CANARY, kubeconfigFor } from './scripted-server.ts';

interface ExecServer {
  kube: KubeClient;
  kubeconfig: string;
  /** Settles when the first connection has ended. */
  closed: Promise<void>;
}

/** One unmasked binary WebSocket frame of a channel, as a server sends it. */
export function frame(channel: number, text: string): Buffer {
  const payload = Buffer.concat([Buffer.from([channel]), Buffer.from(text)]);
  const head = Buffer.alloc(4);
  head.writeUInt8(0x82, 0);
  head.writeUInt8(126, 1);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

/** A server that takes every upgrade and then does as the test says. */
export async function execServer(
  t: TestContext,
  play: (socket: Socket, url: URL) => void,
): Promise<ExecServer> {
  const server = createServer();
  const sockets = new Set<Socket>();
  const closed = Promise.withResolvers<void>();
  server.on('upgrade', (request, socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    // An end first: Node's HTTP server leaves its own half of an upgraded connection open.
    socket.on('end', () => closed.resolve());
    socket.on('close', () => closed.resolve());
    socket.resume();
    assert.equal(request.headers.authorization, `Bearer ${CANARY}`);
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n`,
    );
    play(socket, new URL(request.url ?? '/', 'http://server'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const kubeconfig = kubeconfigFor((server.address() as AddressInfo).port);
  const kube = connect({ kubeconfig });
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await kube.close();
    await new Promise((resolve) => server.close(resolve));
  });
  return { kube, kubeconfig, closed: closed.promise };
}
