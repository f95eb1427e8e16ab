import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { PermissionDeniedError, TimedOutError, UnavailableError } from '../../src/domain/errors.ts';
import { connect } from '../../src/kubernetes/connect.ts';
import type { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { CANARY, kubeconfigFor } from './scripted-server.ts';

const POD = { namespace: 'default', name: 'box', container: 'main' };
const STATUS = 3;

/** One unmasked binary WebSocket frame of a channel, as a server sends it. */
function frame(channel: number, text: string): Buffer {
  const payload = Buffer.concat([Buffer.from([channel]), Buffer.from(text)]);
  const head = Buffer.alloc(4);
  head.writeUInt8(0x82, 0);
  head.writeUInt8(126, 1);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

/** A server that takes every upgrade and then does as the test says. */
async function execServer(
  t: TestContext,
  play: (socket: Socket, url: URL) => void,
): Promise<{ kube: KubeClient; closed: Promise<void> }> {
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
  const kube = connect({ kubeconfig: kubeconfigFor((server.address() as AddressInfo).port) });
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await kube.close();
    await new Promise((resolve) => server.close(resolve));
  });
  return { kube, closed: closed.promise };
}

const FAILED = JSON.stringify({
  status: 'Failure',
  reason: 'NonZeroExitCode',
  details: { causes: [{ reason: 'ExitCode', message: '7' }] },
});

test('gives output and exit code, and passes each word of the command as it is', async (t) => {
  const command = ['sh', '-c', 'echo "a b" && exit 7', ''];
  let asked: URL | null = null;
  const { kube } = await execServer(t, (socket, url) => {
    asked = url;
    socket.write(Buffer.concat([frame(1, 'one '), frame(2, 'oops'), frame(1, 'two'), frame(STATUS, FAILED)]));
  });
  assert.deepEqual(await kube.exec(POD, command), { exitCode: 7, stdout: 'one two', stderr: 'oops' });
  assert.deepEqual((asked as URL | null)?.searchParams.getAll('command'), command);
  assert.equal((asked as URL | null)?.searchParams.get('container'), 'main');
});

test('a command that does not end in time is a TimedOutError and its connection is cut', async (t) => {
  const { kube, closed } = await execServer(t, () => {});
  await assert.rejects(kube.exec(POD, ['sleep', '9'], { timeoutMs: 50 }), TimedOutError);
  await closed;
});

test("an abort throws the signal's reason and cuts the connection", async (t) => {
  const abort = new AbortController();
  const reason = new Error('enough');
  const { kube, closed } = await execServer(t, () => setImmediate(() => abort.abort(reason)));
  await assert.rejects(kube.exec(POD, ['sleep', '9'], { signal: abort.signal }), (error) => error === reason);
  await closed;
});

test('a connection that ends before the command does is no exit code', async (t) => {
  const { kube } = await execServer(t, (socket) => setTimeout(() => socket.destroy(), 10));
  await assert.rejects(kube.exec(POD, ['true']), UnavailableError);
});

test('a refused upgrade is told by its status', async (t) => {
  const server = createServer((_request, response) => response.writeHead(403).end('no'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const kube = connect({ kubeconfig: kubeconfigFor((server.address() as AddressInfo).port) });
  t.after(async () => {
    await kube.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  await assert.rejects(kube.exec(POD, ['true']), PermissionDeniedError);
});
