import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { PermissionDeniedError, TimedOutError, UnavailableError } from '../../src/domain/errors.ts';
import { connect } from '../../src/kubernetes/connect.ts';
import { holdTimer } from '../support/held-timer.ts';
import { execServer, frame } from './exec-server.ts';
import { kubeconfigFor } from './scripted-server.ts';

const POD = { namespace: 'default', name: 'box', container: 'main' };
const PING = Buffer.from([0x89, 0]);
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
    socket.write(Buffer.concat([frame(1, 'one '), frame(2, 'oops'), frame(1, 'two'), frame(3, FAILED)]));
  });
  assert.deepEqual(await kube.exec(POD, command), { exitCode: 7, stdout: 'one two', stderr: 'oops' });
  assert.deepEqual((asked as URL | null)?.searchParams.getAll('command'), command);
  assert.equal((asked as URL | null)?.searchParams.get('container'), 'main');
});

test('a command that does not end in time is a TimedOutError and its connection is cut', async (t) => {
  const deadline = holdTimer(t, 60_000);
  const { kube, closed } = await execServer(t, (socket) => {
    // The client answers a ping: from then on it waits for the command.
    socket.once('data', () => deadline.expire());
    socket.write(PING);
  });
  await assert.rejects(kube.exec(POD, ['sleep', '9'], { timeoutMs: 60_000 }), TimedOutError);
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
  const { kube } = await execServer(t, (socket) => setImmediate(() => socket.destroy()));
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
