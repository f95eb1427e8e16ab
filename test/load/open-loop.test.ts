import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bell } from '../../src/load/bell.ts';
import { epochMs } from '../../src/load/epoch-clock.ts';
import { runOpenLoop } from '../../src/load/open-loop.ts';
import type { OpenLoop } from '../../src/load/open-loop.ts';

const HOUR_MS = 3_600_000;

interface Happened {
  index: number;
  dueMs: number;
  atMs: number;
}

async function play(
  changes: Partial<OpenLoop>,
  onArrival: (index: number) => void = () => undefined,
): Promise<{ arrived: Happened[]; missed: number[] }> {
  const startMs = epochMs() + 5;
  const arrived: Happened[] = [];
  const missed: number[] = [];
  await runOpenLoop({
    first: () => 0,
    end: () => 20,
    dueMs: (index) => startMs + index * 4,
    arrive(index, dueMs) {
      arrived.push({ index, dueMs, atMs: epochMs() });
      onArrival(index);
    },
    missed: (index) => missed.push(index),
    stallMs: HOUR_MS,
    bell: new Bell(),
    signal: new AbortController().signal,
    ...changes,
  });
  return { arrived, missed };
}

test('every arrival happens once, in order, never before it is due', async () => {
  const { arrived } = await play({ first: () => 7 });
  assert.deepEqual(
    arrived.map(({ index }) => index),
    Array.from({ length: 13 }, (_, at) => at + 7),
  );
  for (const { dueMs, atMs, index } of arrived) assert.ok(atMs >= dueMs, `arrival ${index}`);
});

test('a late wake-up lets all that is due happen at once', async () => {
  const startMs = epochMs();
  let turnIsOver = false;
  const inOneTurn: number[] = [];
  await play({ dueMs: (index) => startMs + index * 4 }, (index) => {
    if (index > 2 && !turnIsOver) inOneTurn.push(index);
    if (index !== 2) return;
    setImmediate(() => (turnIsOver = true));
    while (epochMs() <= startMs + 10 * 4); // nothing else gets its turn until the tenth is due
  });
  assert.deepEqual(inOneTurn.slice(0, 8), [3, 4, 5, 6, 7, 8, 9, 10]);
});

test('what a standstill swallowed is missed, not fired at once', async () => {
  const nowMs = epochMs();
  const { arrived, missed } = await play({
    dueMs: (index) => (index < 10 ? nowMs - 2 * HOUR_MS : nowMs),
  });
  assert.deepEqual(
    missed,
    Array.from({ length: 10 }, (_, at) => at),
  );
  assert.deepEqual(
    arrived.map(({ index }) => index),
    Array.from({ length: 10 }, (_, at) => at + 10),
  );
});

test('an abort between two arrivals ends it with the reason', async () => {
  const stopping = new AbortController();
  const reason = new Error('enough');
  const seen: number[] = [];
  const playing = play(
    { signal: stopping.signal, dueMs: (index) => epochMs() + index * HOUR_MS },
    (index) => {
      seen.push(index);
      setImmediate(() => stopping.abort(reason));
    },
  );
  await assert.rejects(playing, (error) => error === reason);
  assert.deepEqual(seen, [0]);
});

test('a bell lets a load that was changed be looked up anew, before what was due next', async () => {
  const bell = new Bell();
  const startMs = epochMs();
  let [end, soonest] = [3, startMs + HOUR_MS];
  const playing = play({ bell, end: () => end, dueMs: () => soonest });
  setImmediate(() => {
    [end, soonest] = [2, startMs];
    bell.ring();
  });
  const { arrived } = await playing;
  assert.deepEqual(
    arrived.map(({ index }) => index),
    [0, 1],
  );
});
