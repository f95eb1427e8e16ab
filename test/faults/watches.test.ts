import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { failure } from '../kubernetes/scripted-server.ts';
import type { Seen } from '../kubernetes/scripted-server.ts';
import { ended, line, list, open } from '../kubernetes/watched-server.ts';
import { faultyServer } from './faulty-server.ts';

type Stream = (response: ServerResponse, seen: Seen) => void;

/** A watch through the proxy of a server that plays `streams[n]` for the n-th watch request. */
async function faultyWatch(t: TestContext, fault: unknown, streams: Stream[], times = 1) {
  let opened = 0;
  let lists = 0;
  const faulty = await faultyServer(t, [{ when: { verb: 'watch', times }, fault }], (response, seen) => {
    if (seen.url.searchParams.get('watch') !== 'true') {
      const name = lists === 0 ? [] : [`relisted-${lists}`];
      lists++;
      return list(String(10 * lists), ...name)(response);
    }
    (streams[opened++] ?? open())(response, seen);
  });
  const told: string[] = [];
  const waiting = new Set<() => void>();
  const watch = faulty.kube.watch(RESOURCES.ConfigMap, { namespace: 'default' }, (event) => {
    told.push(
      event.type === 'RELISTED'
        ? `RELISTED ${event.items.map((item) => item.metadata.name).join(',')}`
        : `${event.type} ${event.object.metadata.name}`,
    );
    for (const look of waiting) look();
  });
  const untilTold = (enough: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (enough()) resolve();
      };
      waiting.add(look);
      look();
    });
  const events = (count: number): Promise<void> => untilTold(() => told.length >= count);
  const seen = (event: string): Promise<void> => untilTold(() => told.includes(event));
  const versions = (): (string | null)[] =>
    faulty.server.seen
      .filter((seen) => seen.url.searchParams.has('watch'))
      .map((seen) => seen.url.searchParams.get('resourceVersion'));
  return { ...faulty, watch, told, events, seen, versions };
}

test('a watch is passed on event by event, while it stays open', async (t) => {
  const watched = await faultyWatch(t, { type: 'endWatch', after: '1h' }, [
    open(line('ADDED', 'a', '11'), line('MODIFIED', 'a', '12')),
  ]);
  await watched.events(3);
  assert.deepEqual(watched.told, ['RELISTED ', 'ADDED a', 'MODIFIED a']);
  assert.equal(watched.happened(), 0);
});

/** Two events that came after version 10; a watch from a version is sent those that came later. */
const EVENTS = [line('ADDED', 'a', '11'), line('ADDED', 'b', '12')];
const HALF_OF_B = EVENTS[1]?.slice(0, 20) ?? '';

const later = (response: ServerResponse, seen: Seen): void =>
  open(...EVENTS.slice(Number(seen.url.searchParams.get('resourceVersion')) - 10))(response);

describe('endWatch', () => {
  for (const abruptly of [false, true]) {
    const how = abruptly ? 'abruptly, inside an event' : 'after a whole event';
    test(`ends a watch ${how}, and nothing is lost or told twice`, async (t) => {
      const watched = await faultyWatch(t, { type: 'endWatch', after: '50ms', abruptly }, [
        open(EVENTS[0] ?? '', HALF_OF_B),
        later,
      ]);
      await watched.events(3);
      assert.deepEqual(watched.told, ['RELISTED ', 'ADDED a', 'ADDED b']);
      assert.equal(watched.versions().length, 2);
      assert.deepEqual(watched.watch.stats, { resumed: 1, relisted: 0 });
      assert.equal(watched.happened(), 1);
    });
  }

  test('has not happened where the API server ended the watch first', async (t) => {
    const watched = await faultyWatch(t, { type: 'endWatch', after: '1h' }, [ended(EVENTS[0] ?? ''), later]);
    await watched.events(3);
    assert.deepEqual(watched.told, ['RELISTED ', 'ADDED a', 'ADDED b']);
    assert.equal(watched.happened(), 0);
  });

  test('of six watches in a row, each as it begins, is got over', async (t) => {
    const streams = [...Array.from({ length: 6 }, () => open()), later];
    const watched = await faultyWatch(t, { type: 'endWatch' }, streams, 6);
    await watched.events(3);
    assert.deepEqual(watched.told, ['RELISTED ', 'ADDED a', 'ADDED b']);
    assert.equal(watched.happened(), 6);
  });
});

describe('watchGone', () => {
  for (const [what, more] of [
    ['after a whole event', ''],
    ['while an event has half arrived', HALF_OF_B],
  ] as const) {
    test(`tells 410 ${what}, so that the watch begins anew from a list`, async (t) => {
      const watched = await faultyWatch(t, { type: 'watchGone', after: '50ms' }, [
        open(EVENTS[0] ?? '', more),
        open(line('ADDED', 'c', '21')),
      ]);
      await watched.seen('ADDED c');
      assert.deepEqual(
        watched.told.filter((one) => one !== 'ADDED a'), // which may have come before
        ['RELISTED ', 'RELISTED relisted-1', 'ADDED c'],
      );
      assert.deepEqual(watched.versions(), ['10', '20']);
      assert.equal(watched.watch.stats.relisted, 1);
      assert.equal(watched.happened(), 1);
    });
  }
});

test('a watch whose answer is lost is begun again, and the lost one ends at the API server too', async (t) => {
  const gone = Promise.withResolvers<void>();
  const watched = await faultyWatch(t, { type: 'lostAnswer' }, [
    (response, seen) => {
      response.on('close', () => gone.resolve());
      later(response, seen);
    },
    later,
  ]);
  await watched.events(3);
  await gone.promise;
  assert.deepEqual(watched.told, ['RELISTED ', 'ADDED a', 'ADDED b']);
  assert.equal(watched.happened(), 1);
});

test('a watch that is refused has not been ended by us, and is told why', async (t) => {
  const watched = await faultyWatch(t, { type: 'watchGone' }, [
    (response) => failure(response, 403, 'Forbidden', 'no rights'),
  ]);
  await assert.rejects(watched.watch.finished, /no rights/);
  assert.equal(watched.happened(), 0);
});
