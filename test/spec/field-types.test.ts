import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type * as z from 'zod';
import { durationMs, parseDuration } from '../../src/domain/durations.ts';
import { duration, folderBelow, image, ownNamespace, quantity } from '../../src/spec/field-types.ts';
import fc from 'fast-check';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

const kinds: Record<string, { schema: z.ZodType; taken: string[]; refused: unknown[] }> = {
  'a Kubernetes quantity': {
    schema: quantity(),
    taken: ['250m', '1', '0.5', '256Mi', '1Gi', '2T', '0'],
    refused: ['', '-1', '1.', '.5', '1 Gi', '1gi', '1e3', '256MiB', '--x', '1Gi\n', '9'.repeat(21), 1],
  },
  'an image': {
    schema: image(),
    taken: ['busybox', 'registry.k8s.io/a/b:v1', 'localhost:5000/a_b', `registry.example/a/b@${DIGEST}`],
    refused: [
      '',
      '-x',
      '--privileged',
      '@file',
      'a b',
      'a;b',
      '$(id)',
      'Upper/x',
      'a@sha256:12',
      '/a',
      '../a',
      'a\n',
    ],
  },
  'a namespace of the run’s own': {
    schema: ownNamespace(),
    taken: ['bench', 'a', 'default-2', 'a-1', 'x'.repeat(63)],
    refused: [
      'default',
      'kube-system',
      'kube-x',
      'agent-sandbox-system',
      '-a',
      'a-',
      'A',
      'a.b',
      'x'.repeat(64),
      '',
    ],
  },
  'a folder below the worker’s': {
    schema: folderBelow(),
    taken: ['runs', './runs', 'a/b/c/', 'a.b/c_d-e', '_x'],
    refused: [
      '',
      '.',
      '..',
      '/',
      '/etc',
      '../x',
      'a/../b',
      'a//b',
      '~/x',
      '.hidden',
      'a/.git',
      '-x',
      'a\0b',
      'a\\b',
    ],
  },
};

for (const [kind, { schema, taken, refused }] of Object.entries(kinds)) {
  describe(kind, () => {
    for (const text of taken) it(`may be ${text}`, () => assert.ok(schema.safeParse(text).success));
    for (const value of refused) {
      it(`may not be ${JSON.stringify(value)}`, () => assert.ok(!schema.safeParse(value).success));
    }
  });
}

describe('a duration', () => {
  it('is taken from its least to its most, and not beyond', () => {
    const bounded = duration({ least: '1s', most: '1h' });
    for (const text of ['1s', '1000ms', '1h', '59m60s']) assert.ok(bounded.safeParse(text).success, text);
    for (const text of ['999ms', '0s', '3601s', '1h1ms', '1d'])
      assert.ok(!bounded.safeParse(text).success, text);
  });

  it('is taken where, and only where, it can be read', () => {
    const unbounded = duration({ most: '100000d' });
    const texts = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.string({ unit: fc.constantFrom('1', '9', '.', 'd', 'h', 'm', 's'), maxLength: 10 }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const ms = parseDuration(text);
        assert.equal(unbounded.safeParse(text).success, ms !== null && ms <= durationMs('100000d'));
      }),
      { numRuns: 300 },
    );
  });
});
