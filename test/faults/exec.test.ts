import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  PermissionDeniedError,
  ThrottledError,
  TimedOutError,
  UnavailableError,
} from '../../src/domain/errors.ts';
import { execServer, frame } from '../kubernetes/exec-server.ts';
import { kubeconfigFor } from '../kubernetes/scripted-server.ts';
import { holdTimer } from '../support/held-timer.ts';
import { faultProxy, impatientClient } from './faulty-server.ts';

const POD = { namespace: 'default', name: 'box', container: 'main' };
const STDOUT = 1;
const STATUS = 3;
const SUCCESS = JSON.stringify({ status: 'Success' });

const succeed = (socket: Socket): void =>
  void socket.write(Buffer.concat([frame(STDOUT, 'hello'), frame(STATUS, SUCCESS)]));

/** A client whose execs go through a proxy with one rule for them. */
async function faultyExec(t: TestContext, fault: unknown, play: (socket: Socket) => void = succeed) {
  const asked: URL[] = [];
  const server = await execServer(t, (socket, url) => {
    asked.push(url);
    play(socket);
  });
  const proxy = await faultProxy(t, [
    { when: { verb: 'exec', resource: 'pods', nameMatches: '^box$' }, fault },
  ]);
  const kube = impatientClient(t, proxy.through({ kubeconfig: server.kubeconfig }).kubeconfig);
  return { kube, proxy, asked, closed: server.closed, happened: () => proxy.counts()[0]?.happened };
}

describe('an exec', () => {
  test('goes through, words and output as they are', async (t) => {
    const { kube, asked, happened } = await faultyExec(t, { type: 'delay', for: '1ms' });
    const command = ['sh', '-c', 'echo "a b" && exit 7', ''];
    assert.deepEqual(await kube.exec(POD, command), { exitCode: 0, stdout: 'hello', stderr: '' });
    assert.deepEqual(asked[0]?.searchParams.getAll('command'), command);
    assert.equal(happened(), 1);
  });

  test('that the caller gives up is cut at the API server too', async (t) => {
    const giveUp = new AbortController();
    const enough = new Error('enough');
    const { kube, closed } = await faultyExec(t, { type: 'delay', for: '1ms' }, () => giveUp.abort(enough));
    await assert.rejects(kube.exec(POD, ['sleep', '9'], { signal: giveUp.signal }), enough);
    await closed;
  });

  test('that the API server refuses is refused with its status', async (t) => {
    const server = createServer((_request, response) => response.writeHead(403).end('no'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const proxy = await faultProxy(t, [{ when: { verb: 'get' }, fault: { type: 'reset' } }]);
    const { kubeconfig } = proxy.through({
      kubeconfig: kubeconfigFor((server.address() as AddressInfo).port),
    });
    await assert.rejects(impatientClient(t, kubeconfig).exec(POD, ['true']), PermissionDeniedError);
  });

  const faults: {
    fault: { type: string; code?: number };
    error: new (...args: never[]) => Error;
    arrived: number;
  }[] = [
    { fault: { type: 'status', code: 429 }, error: ThrottledError, arrived: 0 },
    { fault: { type: 'reset' }, error: UnavailableError, arrived: 0 },
    { fault: { type: 'stall' }, error: TimedOutError, arrived: 0 },
    { fault: { type: 'lostAnswer' }, error: UnavailableError, arrived: 1 },
  ];
  for (const { fault, error, arrived } of faults) {
    test(`with ${fault.type} is ${error.name}, and the command ${arrived ? 'ran' : 'did not run'}`, async (t) => {
      const deadline = holdTimer(t, 60_000);
      const { kube, asked, happened } = await faultyExec(t, fault);
      const refused = assert.rejects(kube.exec(POD, ['true'], { timeoutMs: 60_000 }), error);
      while (happened() === 0) await new Promise((resolve) => setImmediate(resolve));
      if (error === TimedOutError) deadline.expire();
      await refused;
      assert.equal(asked.length, arrived);
      assert.equal(happened(), 1);
    });
  }

  test('under way ends when the proxy closes', async (t) => {
    const begun = Promise.withResolvers<void>();
    const { kube, proxy } = await faultyExec(t, { type: 'delay', for: '1ms' }, () => begun.resolve());
    const exec = assert.rejects(kube.exec(POD, ['sleep', '9']), UnavailableError);
    await begun.promise;
    await proxy.close();
    await exec;
  });
});
