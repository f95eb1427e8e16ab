import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { choosePorts } from '../../../src/providers/local/cluster-ports.ts';
import { isPortTaken } from '../../../src/system/port-taken.ts';

test('ports are all different, and none of them is reserved or listened on', async () => {
  const first = await choosePorts([]);
  const second = await choosePorts([first]);
  const all = [...Object.values(first), ...Object.values(second)];
  assert.equal(new Set(all).size, all.length);
  for (const port of all) assert.equal(await isPortTaken(port), false);
});

for (const host of ['127.0.0.1', '0.0.0.0', undefined]) {
  test(`a port that is listened on at ${host ?? 'every address'} is taken, and free again afterwards`, async () => {
    const server = createServer().listen({ port: 0, host });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    assert.equal(await isPortTaken(port), true);
    server.close();
    await once(server, 'close');
    assert.equal(await isPortTaken(port), false);
  });
}
