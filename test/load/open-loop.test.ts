import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '../../src/load/epoch-clock.ts';
import { runOpenLoop } from '../../src/load/open-loop.ts';
import type { OpenLoop } from '../../src/load/open-loop.ts';

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
    first: 0,
    end: 20,
    dueMs: (index) => startMs + index * 4,
    arrive(index, dueMs) {
      arrived.push({ index, dueMs, atMs: epochMs() });
      onArrival(index);
    },
    missed: (index) => missed.push(index),
    stallMs: 10_000,
    signal: new AbortController().signal,
    ...changes,
  });
  return { arrived, missed };
}

/** Keeps this thread from doing anything else. */
function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('every arrival happens once, in order, never before it is due', async () => {
  const { arrived } = await play({ first: 7 });
  assert.deepEqual(
    arrived.map(({ index }) => index),
    Array.from({ length: 13 }, (_, at) => at + 7),
  );
  for (const { dueMs, atMs, index } of arrived) assert.ok(atMs >= dueMs, `arrival ${index}`);
});

test('a late wake-up shifts no later arrival', async () => {
  const { arrived } = await play({}, (index) => {
    if (index === 2) block(30);
  });
  const [first, last] = [arrived[0], arrived[19]];
  assert.equal((last?.dueMs ?? 0) - (first?.dueMs ?? 0), 76);
  assert.equal(arrived.length, 20);
  const late = arrived.filter(({ dueMs, atMs }) => atMs - dueMs > 10);
  assert.ok(late.length > 0 && late.every(({ index }) => index > 2));
});

test('what a standstill swallowed is missed, not fired at once', async () => {
  const { arrived, missed } = await play({ stallMs: 15 }, (index) => {
    if (index === 2) block(60);
  });
  assert.ok(missed.length > 0 && missed.includes(3));
  assert.equal(arrived.length + missed.length, 20);
});

test('an abort between two arrivals ends it with the reason', async () => {
  const stopping = new AbortController();
  const reason = new Error('enough');
  const seen: number[] = [];
  const playing = play(
    { signal: stopping.signal, dueMs: (index) => epochMs() + index * 3_600_000 },
    (index) => {
      seen.push(index);
      setImmediate(() => stopping.abort(reason));
    },
  );
  await assert.rejects(playing, (error) => error === reason);
  assert.deepEqual(seen, [0]);
});
