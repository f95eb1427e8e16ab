import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { PermissionDeniedError } from '../../src/domain/errors.ts';
import { failure, json } from './scripted-server.ts';
import type { Seen } from './scripted-server.ts';
import { ended, line, list, open, watched } from './watched-server.ts';

test('lists, then watches from there with bookmarks', async (t) => {
  const { watch, told, events, server, versions } = await watched(t, {
    lists: [list('10', 'a', 'b')],
    streams: [open(line('ADDED', 'c', '11'))],
  });
  await watch.started;
  assert.equal(told[0], 'RELISTED a,b');
  await events(2);
  assert.deepEqual(told, ['RELISTED a,b', 'ADDED c']);
  assert.deepEqual(versions(), ['10']);
  assert.equal(server.seen[1]?.url.searchParams.get('allowWatchBookmarks'), 'true');
});

test('puts together events whose bytes are cut inside characters', async (t) => {
  const bytes = Buffer.from(line('ADDED', 'gruß-🌊-1', '11') + line('MODIFIED', 'gruß-🌊-2', '12'));
  const { events, told } = await watched(t, {
    streams: [
      (response) => {
        response.writeHead(200);
        let at = 0;
        const next = (): void => {
          if (at >= bytes.length) return;
          response.write(bytes.subarray(at, (at += 3)), () => setImmediate(next));
        };
        next();
      },
    ],
  });
  await events(3);
  assert.deepEqual(told.slice(1), ['ADDED gruß-🌊-1', 'MODIFIED gruß-🌊-2']);
});

test('goes on from the last version after an end, a reset and half a line, without loss or repeat', async (t) => {
  let reset = (): void => {};
  const { events, told, versions, watch } = await watched(
    t,
    {
      streams: [
        ended(line('ADDED', 'a', '11')),
        (response) => {
          reset = () => void response.socket?.resetAndDestroy();
          open(line('ADDED', 'b', '12') + line('ADDED', 'c', '13').slice(0, -20))(response);
        },
        (response) => failure(response, 503, 'ServiceUnavailable', 'restarting'),
        open(line('ADDED', 'c', '13')),
      ],
    },
    {},
    (event) => {
      if (event.type === 'ADDED' && event.object.metadata.name === 'b') reset();
    },
  );
  await events(4);
  assert.deepEqual(told, ['RELISTED ', 'ADDED a', 'ADDED b', 'ADDED c']);
  assert.deepEqual(versions(), ['10', '11', '12', '12']);
  assert.deepEqual(watch.stats, { resumed: 2, relisted: 0 });
});

test('a bookmark moves the version on and is not told', async (t) => {
  const { events, told, versions } = await watched(t, {
    streams: [ended(line('BOOKMARK', '', '40')), open(line('ADDED', 'a', '41'))],
  });
  await events(2);
  assert.deepEqual(told, ['RELISTED ', 'ADDED a']);
  assert.deepEqual(versions(), ['10', '40']);
});

const GONE = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };

test('lists again when the version is gone, told by the answer or by an event', async (t) => {
  const { events, told, versions, watch } = await watched(t, {
    lists: [list('10', 'a', 'b'), list('20', 'b'), list('30', 'c')],
    streams: [
      open(`${JSON.stringify({ type: 'ERROR', object: GONE })}\n`),
      (response) => json(response, GONE, 410),
      open(line('MODIFIED', 'c', '31')),
    ],
  });
  await events(4);
  assert.deepEqual(told, ['RELISTED a,b', 'RELISTED b', 'RELISTED c', 'MODIFIED c']);
  assert.deepEqual(versions(), ['10', '20', '30']);
  assert.deepEqual(watch.stats, { resumed: 0, relisted: 2 });
});

test('a version that the server never heard of leads to a new list', async (t) => {
  const future = {
    kind: 'Status',
    code: 504,
    reason: 'Timeout',
    message: 'Too large resource version',
    details: { causes: [{ reason: 'ResourceVersionTooLarge' }] },
  };
  const { events, told } = await watched(t, {
    lists: [list('900'), list('20', 'b')],
    streams: [(response) => json(response, future, 504)],
  });
  await events(2);
  assert.deepEqual(told, ['RELISTED ', 'RELISTED b']);
});

test('a stream that falls silent is begun again where it stopped', async (t) => {
  // Each stream says one thing and falls silent; on a busy machine it may be begun again before that.
  const oneMore = (response: ServerResponse, { url }: Seen): void => {
    const version = Number(url.searchParams.get('resourceVersion')) + 1;
    open(line('ADDED', `at-${version}`, String(version)))(response);
  };
  const { events, told, versions, watch } = await watched(
    t,
    { streams: Array.from({ length: 1_000 }, () => oneMore) },
    { idleTimeoutMs: 60 },
  );
  await events(4);
  watch.stop();
  assert.deepEqual(told.slice(0, 4), ['RELISTED ', 'ADDED at-11', 'ADDED at-12', 'ADDED at-13']);
  assert.deepEqual([...new Set(versions())].slice(0, 3), ['10', '11', '12']);
  assert.ok(watch.stats.resumed >= 2);
});

test('after stop() nothing more is told and the connection is given up', async (t) => {
  let closed = (): void => {};
  const connectionClosed = new Promise<void>((resolve) => (closed = resolve));
  const both = line('ADDED', 'a', '11') + line('ADDED', 'b', '12');
  const { watch, told } = await watched(
    t,
    {
      streams: [
        (response) => {
          response.on('close', closed);
          open(both)(response);
        },
      ],
    },
    {},
    (event) => {
      if (event.type === 'ADDED') watch.stop();
    },
  );
  await watch.finished;
  await connectionClosed;
  assert.deepEqual(told, ['RELISTED ', 'ADDED a']);
});

test("an aborted signal ends the watch with the signal's reason", async (t) => {
  const abort = new AbortController();
  const reason = new Error('cancelled');
  const { watch } = await watched(t, { streams: [open()] }, { signal: abort.signal });
  await watch.started;
  abort.abort(reason);
  await assert.rejects(watch.finished, (error) => error === reason);
});

test('closing the client ends its watches like stop()', async (t) => {
  const { watch, server } = await watched(t, { streams: [open()] });
  await watch.started;
  await server.kube.close();
  await watch.finished;
  await server.kube.close();
});

test('what the observer throws ends the watch and reaches whoever waits for it', async (t) => {
  const bug = new TypeError('bug');
  const { watch } = await watched(t, { streams: [open(line('ADDED', 'a', '11'))] }, {}, (event) => {
    if (event.type === 'ADDED') throw bug;
  });
  await assert.rejects(watch.finished, (error) => error === bug);
});

test('a watch that may not be begun fails at once, and nobody has to look', async (t) => {
  const { watch, server } = await watched(t, {
    streams: [(response) => failure(response, 403, 'Forbidden', 'no watching')],
  });
  await assert.rejects(watch.started, PermissionDeniedError);
  await assert.rejects(watch.finished, PermissionDeniedError);
  assert.equal(server.seen.length, 2);
});

test('a standing watch bears some refusals, but not for ever', async (t) => {
  const refuse = (response: ServerResponse): void => failure(response, 403, 'Forbidden', 'caches are cold');
  const brief = await watched(t, { streams: [ended(), refuse, refuse, open(line('ADDED', 'a', '11'))] });
  await brief.events(2);
  assert.deepEqual(brief.told, ['RELISTED ', 'ADDED a']);
  const lasting = await watched(t, { streams: [ended(), ...Array.from({ length: 20 }, () => refuse)] });
  await assert.rejects(lasting.watch.finished, PermissionDeniedError);
});

test('metadataOnly asks for metadata in the list and in the watch', async (t) => {
  const { watch, server } = await watched(t, { streams: [open()] }, { metadataOnly: true });
  await watch.started;
  assert.match(server.seen[0]?.headers.accept ?? '', /as=PartialObjectMetadataList;/);
  assert.match(server.seen[1]?.headers.accept ?? '', /as=PartialObjectMetadata;/);
});

test('events carry the moment at which their bytes were there', async (t) => {
  const stamps: number[] = [];
  const begunMs = performance.timeOrigin + performance.now();
  const { events } = await watched(t, { streams: [open(line('ADDED', 'a', '11'))] }, {}, (event) =>
    stamps.push(event.receivedAtMs),
  );
  await events(2);
  const nowMs = performance.timeOrigin + performance.now();
  assert.equal(stamps.length, 2);
  assert.ok(stamps.every((stamp, i) => stamp >= (stamps[i - 1] ?? begunMs) && stamp <= nowMs));
});
