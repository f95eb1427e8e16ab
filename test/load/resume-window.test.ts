import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimName } from '../../src/domain/names.ts';
import { epochMs } from '../../src/load/epoch-clock.ts';
import { journalPath } from '../../src/load/journal.ts';
import { claimManifest } from '../../src/sandbox/claim-manifest.ts';
import type { ClaimScript } from '../support/claim-script.ts';
import type { FakeSandboxApi } from '../support/fake-sandbox-api.ts';
import { assertWentOn, die, dieAgain, goOn } from './dying-drivers.ts';
import type { Died } from './dying-drivers.ts';
import { OWNER, accounted, endsOf, sampleRequest, samples } from './window-samples.ts';

/** Claims that become ready by themselves up to `first`; the others once the test tells them to. */
function readyFrom(first: number): { script: (index: number) => Partial<ClaimScript>; tell: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { script: (index) => (index < first ? {} : { readyOnce: promise }), tell: resolve };
}

const sent =
  (count: number) =>
  ({ created }: FakeSandboxApi): boolean =>
    created.length >= count;

/** So many were sent, and the first ones of them are over. */
const ended =
  (over: number, count: number) =>
  ({ created, deleted }: FakeSandboxApi): boolean =>
    created.length >= count && deleted.length >= over;

/** Until the last arrival fell due while nobody lived. */
async function untilAllDue({ position, request }: Died): Promise<void> {
  const lastDueMs = position.startedAtMs + ((request.load.total - 1) * 1000) / Number(request.load.qps);
  while (epochMs() <= lastDueMs) await sleep(5);
}

test('the next attempt takes over live claims, counts ended ones from the journal, and goes on with the same timeline', async (t) => {
  const { script, tell } = readyFrom(4);
  // Forty a second, so that there is some of the timeline left to go on with.
  const died = await die(t, ended(4, 8), script, sampleRequest({ qps: 40, duration: '500ms' }));
  assert.ok(died.kube.claims.size >= 4);
  assert.equal((await endsOf(died.folder)).size, 4);
  tell();
  await assertWentOn(died, [...died.kube.created]);
});

test('whatever had happened last when a driver died, the next one accounts for every claim', async (t) => {
  // Five claims that are sent, land, become ready and are deleted: twenty events.
  const deaths = Array.from({ length: 20 }, async (_, at) => {
    const request = sampleRequest({ total: 5 });
    const died = await die(
      t,
      ({ events }) => events > at,
      () => ({}),
      request,
    );
    await assertWentOn(died, [...died.kube.created]);
  });
  await Promise.all(deaths);
});

test('arrivals that fell due while nobody lived are not submitted, and never made up for', async (t) => {
  const { script, tell } = readyFrom(0);
  const died = await die(t, sent(8), script);
  await untilAllDue(died);
  tell();
  const result = await goOn(died);
  assert.equal(died.kube.created.length, 8);
  assert.equal(result.counts.notSubmitted, 12);
  assert.equal(result.counts.submitted, 8);
  assert.equal(result.counts.ready, 8);
  assert.ok(accounted(result));
});

test('a claim that became ready while nobody looked is ready, without a latency', async (t) => {
  const { script, tell } = readyFrom(0);
  const died = await die(t, sent(8), script);
  await untilAllDue(died);
  const all = new Promise<void>((resolve) => died.kube.when(() => died.kube.readied.length === 8, resolve));
  tell();
  await all;
  const result = await goOn(died);
  assert.equal(result.counts.ready, 8);
  assert.equal(result.counts.warm, 8);
  assert.equal(samples(result, 'sentToReady'), 0);
  assert.equal(samples(result, 'sentToReleased'), 8);
});

test('claims that were taken over count against maxConcurrent', async (t) => {
  const { script, tell } = readyFrom(0);
  const request = sampleRequest({ qps: 40, duration: '500ms', maxConcurrent: 3 });
  const died = await die(t, sent(3), script, request);
  const going = goOn(died);
  await untilAllDue(died);
  tell();
  const result = await going;
  assert.equal(result.counts.ready, died.kube.created.length);
  assert.equal(died.kube.mostClaims, 3);
  assert.equal(result.generator.peakConcurrent, 3);
});

test('a claim that is gone without a word in the journal is unknown', async (t) => {
  const { script, tell } = readyFrom(0);
  const died = await die(t, sent(8), script);
  died.kube.vanish(claimName(OWNER, 0, 0));
  tell();
  const result = await goOn(died);
  assert.equal(result.counts.unknown, 1);
  assert.equal((await endsOf(died.folder)).get(0)?.end, 'unknown');
  assert.equal(result.counts.ready, died.kube.created.length - 1);
  assert.ok(accounted(result));
});

test('without the journal whatever is not live any more is unknown', async (t) => {
  const { script, tell } = readyFrom(8);
  const died = await die(t, ended(8, 12), script);
  const live = died.kube.created.length - 8;
  await rm(join(died.folder, 'journal'), { recursive: true });
  await untilAllDue(died);
  tell();
  const result = await goOn(died);
  // The eight that were over, and whatever fell due since: nobody knows that it was never sent.
  assert.equal(result.counts.ready, live);
  assert.equal(result.counts.unknown, 20 - live);
  assert.equal(result.counts.notSubmitted, 0);
  assert.ok(accounted(result));
});

test('a claim that was journaled but not deleted is deleted, and counted once', async (t) => {
  const died = await die(
    t,
    ({ deleted }) => deleted.includes(3),
    () => ({}),
  );
  // Put it back as the dead driver would have left it between journal and delete, and its end into the journal twice.
  const path = journalPath(died.folder, 0);
  const isRelease = (line: string): boolean => line.startsWith('{"released":{"index":3,');
  const [start = '', ...lines] = (await readFile(path, 'utf8')).split('\n');
  const again = lines.find((line) => line.startsWith('{"ended":{"index":3,')) ?? '';
  await writeFile(path, [start, again, ...lines.filter((line) => !isRelease(line))].join('\n'));
  died.kube.land(
    claimManifest({
      plan: died.request.plan,
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
  assert.equal(result.counts.ready, died.kube.created.length);
  assert.ok(accounted(result));
  assert.equal((await readFile(path, 'utf8')).split('\n').filter(isRelease).length, 1);
});

test('a torn last line costs nothing but itself', async (t) => {
  const { script, tell } = readyFrom(4);
  const died = await die(t, ended(4, 8), script);
  await appendFile(journalPath(died.folder, 0), '{"ended":{"index":9');
  tell();
  const result = await goOn(died);
  assert.equal(result.counts.ready, died.kube.created.length);
  assert.equal(result.counts.unknown, 0);
  assert.ok(accounted(result));
});

test('without a heartbeat the start is found in the journal, and without that in the claims themselves', async (t) => {
  const byJournal = readyFrom(0);
  const journaled = await die(t, sent(8), byJournal.script);
  byJournal.tell();
  const first = await goOn(journaled, { resume: null });
  assert.equal(first.startedAtMs, journaled.position.startedAtMs);
  assert.ok(accounted(first));

  const byClaims = readyFrom(0);
  const alone = await die(t, sent(8), byClaims.script);
  await rm(join(alone.folder, 'journal'), { recursive: true });
  byClaims.tell();
  const second = await goOn(alone, { resume: null });
  assert.ok(accounted(second));
  // As late as the least late of those that were sent before: that one is taken to have been sent when it was due.
  assert.ok(second.startedAtMs > alone.position.startedAtMs - 0.01);
  const ends = [...(await endsOf(alone.folder)).values()].filter(({ index }) => index < 8);
  const lateness = ends.map(({ dueMs, sentMs }) => Number(sentMs) - dueMs);
  assert.ok(Math.abs(Math.min(...lateness)) < 0.01, lateness.join());
});

test('a journal of another start is set aside and not counted', async (t) => {
  const died = await die(t, ended(4, 4), () => ({}));
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
  const { script, tell } = readyFrom(0);
  const died = await die(t, sent(8), script);
  assert.equal(died.kube.claims.size, 8);
  tell();
  const result = await goOn(died, { attempt: 1, resume: null });
  assert.ok(result.startedAtMs > died.position.startedAtMs);
  assert.equal(result.counts.ready, 20);
  assert.equal(samples(result, 'sentToReady'), 20);
  assert.equal((await readdir(join(died.folder, 'journal'))).length, 2);
});

test('attempts that die one after the other still account for every claim', async (t) => {
  const { script, tell } = readyFrom(0);
  const first = await die(t, sent(5), script);
  tell();
  const changes = { attempt: 2, resume: first.position };
  const second = await dieAgain(first, ({ deleted }) => deleted.length >= 1, changes);
  const third = await dieAgain(second, ({ deleted }) => deleted.length >= 3, {
    attempt: 3,
    resume: second.position,
  });
  const result = await goOn(third, { attempt: 4 });
  assert.ok(accounted(result));
  assert.equal(result.counts.unknown, 0);
  assert.equal(result.counts.ready, third.kube.created.length);
  assert.equal(result.generator.attempts, 4);
  assert.equal((await endsOf(third.folder)).size, 20);
  assert.equal(third.kube.claims.size, 0);
});
