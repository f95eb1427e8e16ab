import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import getPort from 'get-port';
import { TemporalUnreachableError } from '../../src/domain/errors.ts';
import { refusedOnLoopback } from '../../src/system/loopback-refusal.ts';
import { connectTemporal } from '../../src/system/temporal.ts';

describe('an address of this machine', () => {
  it('is refused at once where nothing listens', async () => {
    const port = await getPort({ host: '127.0.0.1' });
    for (const host of ['127.0.0.1', 'localhost'])
      assert.equal(await refusedOnLoopback(`${host}:${port}`), true);
    await assert.rejects(connectTemporal({ address: `127.0.0.1:${port}`, namespace: 'default' }), (error) => {
      assert.ok(error instanceof TemporalUnreachableError);
      assert.match(error.message, /^127\.0\.0\.1:\d+: nothing listens there; start one \(`sandtide dev`\)/);
      return true;
    });
  });

  it('is not refused where something listens', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    assert.equal(await refusedOnLoopback(`127.0.0.1:${port}`), false);
    await new Promise((resolve) => server.close(resolve));
  });

  it('is all that is asked: other addresses are left to gRPC, and so are names that hide one', async () => {
    for (const address of ['temporal:1', 'dns:///127.0.0.1:1', '10.0.0.1:1', '127.0.0.1', 'unix:/tmp/a:1'])
      assert.equal(await refusedOnLoopback(address), false, address);
  });
});
