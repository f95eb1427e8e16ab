import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { journalPath } from '../../src/load/journal.ts';
import { runWindow } from '../../src/load/run-window.ts';
import type { WindowDeps } from '../../src/load/run-window.ts';
import type { WindowPosition } from '../../src/load/window.ts';
import type { WindowResult } from '../../src/measure/window-result.ts';
import { claimManifest } from '../../src/sandbox/claim-manifest.ts';
import type { LoadSpec } from '../../src/spec/schema.ts';
import { FakeSandboxApi } from '../support/fake-sandbox-api.ts';
import type { ClaimScript } from '../support/claim-script.ts';
import { accounted, endsOf, folderOf, sampleDeps, sampleRequest, samples } from './window-samples.ts';

const GONE = new Error('this worker is gone');

interface Died {
  kube: FakeSandboxApi;
  folder: string;
  position: WindowPosition;
}

/**
 * A driver that is stopped so many milliseconds after its start, or as soon as something has happened, as a worker that
 * dies would be: whatever is live stays.
 */
async function die(
  t: TestContext,
  when: number | ((kube: FakeSandboxApi) => boolean),
  script: (index: number) => Partial<ClaimScript>,
): Promise<Died> {
  const kube = new FakeSandboxApi(script);
  const folder = await folderOf(t);
  const stopping = new AbortController();
  let position: WindowPosition | null = null;
  const heartbeat = (latest: WindowPosition): void => {
    position = latest;
  };
  const looking =
    typeof when === 'number'
      ? setTimeout(() => stopping.abort(GONE), when)
      : setInterval(() => when(kube) && stopping.abort(GONE), 1);
  t.after(() => clearTimeout(looking));
  const deps = sampleDeps(kube, folder, { signal: stopping.signal, heartbeat });
  await assert.rejects(runWindow(sampleRequest(), deps), GONE);
  await kube.landed();
  assert.ok(position !== null);
  return { kube, folder, position };
}

function goOn(
  { kube, folder, position }: Died,
  changes: Partial<WindowDeps> = {},
  load: Partial<LoadSpec> = {},
): Promise<WindowResult> {
  return runWindow(
    sampleRequest(load),
    sampleDeps(kube, folder, { attempt: 2, resume: position, ...changes }),
  );
}

test('the next attempt takes over live claims, counts ended ones from the journal, and goes on with the same timeline', async (t) => {
  // Claims are due every 5 ms; those from 4 on become ready 60 ms after they land, so that some live at the death.
  const died = await die(t, 75, (index) => ({ readyAfterMs: index < 4 ? 5 : 60 }));
  assert.ok(died.kube.claims.size > 0);
  const sentBefore = died.kube.created.length;
  const result = await goOn(died);
  assert.equal(result.startedAtMs, died.position.startedAtMs);
  assert.equal(result.counts.due, 20);
  assert.equal(result.counts.unknown, 0);
  assert.equal(result.counts.ready, died.kube.created.length);
  assert.ok(result.counts.ready >= sentBefore);
  assert.ok(accounted(result));
  assert.equal(died.kube.claims.size, 0);
  assert.equal(result.generator.attempts, 2);
  assert.equal(new Set(died.kube.created).size, died.kube.created.length, 'no claim is sent twice');
});

test('arrivals that fell due while nobody lived are not submitted, and never made up for', async (t) => {
  const died = await die(t, 50, () => ({ readyAfterMs: 500 }));
  const sentBefore = died.kube.created.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  const result = await goOn(died);
  assert.equal(died.kube.created.length, sentBefore);
  assert.equal(result.counts.notSubmitted + result.counts.submitted, 20);
  assert.equal(result.counts.submitted, sentBefore);
  assert.equal(result.counts.ready, result.counts.submitted);
  assert.ok(accounted(result));
});

test('a claim that became ready while nobody looked is ready, without a latency', async (t) => {
  const died = await die(t, 60, () => ({ readyAfterMs: 45 }));
  const journaled = (await endsOf(died.folder)).size;
  await new Promise((resolve) => setTimeout(resolve, 80));
  const ready = died.kube.claims.size;
  assert.ok(ready > 0);
  const result = await goOn(died);
  assert.equal(result.counts.ready, journaled + ready);
  assert.ok(samples(result, 'sentToReady') <= journaled);
  assert.equal(result.counts.warm, result.counts.ready);
});

test('a claim that is gone without a word in the journal is unknown', async (t) => {
  const died = await die(t, 60, () => ({ readyAfterMs: null }));
  const [lost] = died.kube.claims.keys();
  died.kube.vanish(lost ?? '');
  const result = await goOn(died, {}, { readyTimeout: '200ms' });
  assert.equal(result.counts.unknown, 1);
  assert.equal((await endsOf(died.folder)).get(0)?.end, 'unknown');
  assert.ok(accounted(result));
});

test('without the journal whatever is not live any more is unknown', async (t) => {
  const ended = (kube: FakeSandboxApi) => kube.deleted.length >= 8;
  const died = await die(t, ended, (index) => ({ readyAfterMs: index < 8 ? 2 : 80 }));
  const live = died.kube.claims.size;
  await rm(join(died.folder, 'journal'), { recursive: true });
  const result = await goOn(died);
  assert.ok(result.counts.unknown >= 8);
  assert.equal(result.counts.notSubmitted, 0);
  assert.ok(result.counts.ready >= live);
  assert.ok(accounted(result));
});

test('a claim that was journaled but not deleted is deleted, and counted once', async (t) => {
  const died = await die(t, 75, () => ({ readyAfterMs: 2 }));
  // Put one back as the dead driver would have left it between journal and delete.
  const path = journalPath(died.folder, 0);
  const text = (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => !line.startsWith('{"released":{"index":3,'));
  await rm(path);
  await appendFile(path, text.join('\n'));
  const request = sampleRequest();
  died.kube.land(
    claimManifest({
      plan: request.plan,
      windowIndex: 0,
      index: 3,
      attempt: 1,
      readyTimeoutMs: 1000,
      requestedAtMs: died.position.startedAtMs + 15,
      shutdownAtMs: 0,
    }),
  );
  const result = await goOn(died);
  assert.equal(died.kube.claims.size, 0);
  assert.equal(died.kube.deleted.filter((index) => index === 3).length, 2);
  assert.ok(accounted(result));
  const released = (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('{"released":{"index":3,'));
  assert.equal(released.length, 1);
});

test('a torn last line costs nothing but itself', async (t) => {
  const died = await die(t, 75, () => ({ readyAfterMs: 2 }));
  const before = (await endsOf(died.folder)).size;
  await appendFile(journalPath(died.folder, 0), '{"ended":{"index":9');
  const result = await goOn(died);
  assert.ok(result.counts.ready >= before);
  assert.ok(accounted(result));
});

test('without a heartbeat the start is found in the journal, and without that in the claims themselves', async (t) => {
  const byJournal = await die(t, 75, () => ({ readyAfterMs: 60 }));
  const first = await goOn(byJournal, { resume: null });
  assert.equal(first.startedAtMs, byJournal.position.startedAtMs);
  assert.ok(accounted(first));

  const byClaims = await die(t, 75, () => ({ readyAfterMs: 60 }));
  await rm(join(byClaims.folder, 'journal'), { recursive: true });
  const second = await goOn(byClaims, { resume: null });
  assert.ok(second.startedAtMs >= byClaims.position.startedAtMs);
  assert.ok(second.startedAtMs < byClaims.position.startedAtMs + 60);
  assert.ok(accounted(second));
});

test('a journal of another start is set aside and not counted', async (t) => {
  const died = await die(t, 75, () => ({ readyAfterMs: 2 }));
  for (const name of died.kube.claims.keys()) died.kube.vanish(name);
  const elsewhere = { startedAtMs: died.position.startedAtMs - 10_000, attempt: 1 };
  const result = await goOn(died, { resume: elsewhere });
  assert.equal(result.counts.ready, 0);
  assert.equal(result.counts.unknown, 20);
  const names = await readdir(join(died.folder, 'journal'));
  assert.equal(names.length, 2);
  assert.ok(names.some((name) => /^window-0\.before-\d+\.jsonl$/.test(name)));
});

test('a first attempt begins anew: earlier claims are cleared first, the earlier journal is set aside', async (t) => {
  const died = await die(t, 75, () => ({ readyAfterMs: 40 }));
  assert.ok(died.kube.claims.size > 0);
  const result = await goOn(died, { attempt: 1, resume: null });
  assert.ok(result.startedAtMs > died.position.startedAtMs);
  assert.equal(result.counts.ready, 20);
  assert.equal(samples(result, 'sentToReady'), 20);
  assert.equal((await readdir(join(died.folder, 'journal'))).length, 2);
});

test('attempts that die one after the other still account for every claim', async (t) => {
  let died = await die(t, 40, (index) => ({ readyAfterMs: index % 3 === 0 ? 70 : 3 }));
  for (const attempt of [2, 3]) {
    const stopping = new AbortController();
    const heartbeat = (position: WindowPosition): void => {
      died = { ...died, position };
    };
    setTimeout(() => stopping.abort(GONE), 25);
    const ended = goOn(died, { attempt, signal: stopping.signal, heartbeat });
    await assert.rejects(ended, GONE);
  }
  const result = await goOn(died, { attempt: 4 });
  assert.ok(accounted(result));
  assert.equal(result.counts.unknown, 0);
  assert.equal((await endsOf(died.folder)).size, 20);
  assert.equal(died.kube.claims.size, 0);
});
