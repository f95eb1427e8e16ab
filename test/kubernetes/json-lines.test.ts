import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createLineCutter } from '../../src/kubernetes/json-lines.ts';
import { anyText } from '../support/any-text.ts';

test('gives the same lines however the bytes are cut, inside characters too', () => {
  const value = fc.record({ text: anyText(), rest: fc.jsonValue() });
  fc.assert(
    fc.property(
      fc.array(value),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      (values, sizes) => {
        const bytes = Buffer.from(values.map((one) => `${JSON.stringify(one)}\n`).join(''));
        const cut = createLineCutter();
        const lines: string[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          lines.push(...cut(bytes.subarray(at, at + size)));
          at += size;
        }
        assert.deepEqual(
          lines,
          values.map((one) => JSON.stringify(one)),
        );
      },
    ),
  );
});

test('keeps back a line that is not whole and leaves out empty ones', () => {
  const cut = createLineCutter();
  assert.deepEqual(cut(Buffer.from('{"a":1}\n\n{"b"')), ['{"a":1}']);
  assert.deepEqual(cut(Buffer.from(':2}')), []);
  assert.deepEqual(cut(Buffer.from('\r\n')), ['{"b":2}\r']);
});
