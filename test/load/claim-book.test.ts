import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ClaimBook } from '../../src/load/claim-book.ts';
import type { ClaimSighting, LiveClaim } from '../../src/load/claim-book.ts';

const NAME = 'c-0123456789-0-0';

function opened(): { book: ClaimBook; claim: LiveClaim } {
  const book = new ClaimBook();
  return { book, claim: book.open({ index: 0, name: NAME, dueMs: 0, sentMs: 1, uid: null }) };
}

function sighting(changes: Partial<ClaimSighting> = {}): ClaimSighting {
  return { uid: 'uid-1', sandboxName: null, ready: false, terminalReason: null, reason: null, ...changes };
}

/** The watch's story in its order; each of its events may come again, as after a list. */
const STORIES: ClaimSighting[][] = [
  [sighting(), sighting({ sandboxName: 'warm-1' }), sighting({ sandboxName: 'warm-1', ready: true })],
  [sighting(), sighting({ reason: 'TemplateNotFound' }), sighting({ terminalReason: 'InvalidMetadata' })],
];

test('wherever the answer of the create falls, and however often an event comes, the end is the same', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...STORIES),
      fc.array(fc.nat(2), { minLength: 0, maxLength: 6 }),
      fc.nat(10),
      (story, repeats, answerAt) => {
        const { book, claim } = opened();
        // Repeats are of what was told already: an event never comes before its cause.
        const events = story.map((event, at) => ({ event, atMs: 10 + at }));
        const told = events.flatMap((one, at) => [
          one,
          ...repeats.filter((repeat) => repeat <= at).map(() => ({ ...one, atMs: 500 + at })),
        ]);
        told.forEach(({ event, atMs }, at) => {
          if (at === answerAt) book.acknowledged(NAME, 'uid-1', 99);
          book.sighted(NAME, event, atMs);
        });
        book.acknowledged(NAME, 'uid-1', 99);
        book.timedOut(NAME);
        book.lost(NAME, 'ClaimDeleted');

        const ready = story === STORIES[0];
        assert.equal(claim.turn, ready ? 'ready' : 'failed');
        assert.deepEqual(claim.timeline, {
          index: 0,
          name: NAME,
          end: ready ? 'ready' : 'failed',
          reason: ready ? null : 'InvalidMetadata',
          launch: 'unknown',
          sandbox: ready ? 'warm-1' : null,
          dueMs: 0,
          sentMs: 1,
          acknowledgedMs: 99,
          boundMs: ready ? 11 : null,
          readyMs: ready ? 12 : null,
          execStartedMs: null,
          execEndedMs: null,
          releasedMs: null,
        });
      },
    ),
  );
});

test('the first turn stands and resolves the wait', async () => {
  const { book, claim } = opened();
  book.sighted(NAME, sighting({ reason: 'SandboxNotReady' }), 5);
  book.timedOut(NAME);
  book.sighted(NAME, sighting({ ready: true }), 6);
  assert.equal(await claim.turned, 'timed-out');
  assert.equal(claim.timeline.reason, 'ReadyTimeout: SandboxNotReady');
  assert.equal(claim.timeline.readyMs, null);
});

test('an object of another uid under the same name says nothing about this claim', () => {
  const { book, claim } = opened();
  book.acknowledged(NAME, 'uid-2', 5);
  book.sighted(NAME, sighting({ ready: true }), 6);
  assert.equal(claim.turn, null);
});

test('what was ready when first looked at has no ready time', () => {
  const { book, claim } = opened();
  book.sighted(NAME, sighting({ sandboxName: 'warm-1', ready: true }), null);
  book.sighted(NAME, sighting({ sandboxName: 'warm-1', ready: true }), 50);
  assert.equal(claim.turn, 'ready');
  assert.deepEqual([claim.timeline.boundMs, claim.timeline.readyMs], [null, null]);
});

test('claims leave the book when they are closed, and late events about them are nobody’s', () => {
  const { book } = opened();
  book.close(NAME);
  book.sighted(NAME, sighting({ ready: true }), 6);
  book.acknowledged(NAME, 'uid-1', 7);
  book.timedOut(NAME);
  assert.equal(book.size, 0);
});

test('only claims that are known to be there can be missing', () => {
  const { book } = opened();
  assert.deepEqual(book.missingFrom(new Set()), []);
  book.acknowledged(NAME, 'uid-1', 5);
  assert.deepEqual(book.missingFrom(new Set()), [NAME]);
  assert.deepEqual(book.missingFrom(new Set([NAME])), []);
});

test('an abandoned wait has no turn', async () => {
  const { book, claim } = opened();
  book.abandon();
  assert.equal(await claim.turned, null);
});
