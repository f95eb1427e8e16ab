import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { pathText, printable, quote } from '../../src/spec/quote.ts';
import { anyText } from '../support/any-text.ts';
import { anythingAtAll } from './spec-samples.ts';

describe('a value in a message', () => {
  const rows: [unknown, string][] = [
    ['fast', '"fast"'],
    ['say "x"', '"say \\"x\\""'],
    ['a\nb', '"a\\u{a}b"'],
    ['\u001b[31m', '"\\u{1b}[31m"'],
    ['\u202egnp', '"\\u{202e}gnp"'],
    [-3, '-3'],
    [NaN, 'NaN'],
    [true, 'true'],
    [null, 'null (nothing written)'],
    [undefined, 'nothing'],
    [[], 'an empty list'],
    [[1, 2], 'a list of 2'],
    [{ a: 1 }, 'a mapping'],
    [1n, 'a bigint'],
    [Symbol('x'), 'a symbol'],
  ];
  for (const [value, text] of rows) it(`reads ${text}`, () => assert.equal(quote(value), text));

  it('is short and of one line, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(anythingAtAll, anyText({ maxLength: 1000 })), (value) => {
        const text = quote(value);
        assert.ok(text.length <= 800, text);
        assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('text that came from outside', () => {
  it('keeps its letters and loses what could forge a line or a colour', () => {
    assert.equal(printable('grün 🌊 a\r\nb\u0007'), 'grün 🌊 a\\u{d}\\u{a}b\\u{7}');
  });
});

describe('a place in a message', () => {
  const rows: [(string | number)[], string][] = [
    [[], ''],
    [['load', 'qps'], 'load.qps'],
    [['rules', 0, 'when'], 'rules[0].when'],
    [['load', 'a b'], 'load["a b"]'],
    [['a\nb'], '["a\\u{a}b"]'],
    [['<<'], '["<<"]'],
  ];
  for (const [path, text] of rows)
    it(`reads ${JSON.stringify(text)}`, () => assert.equal(pathText(path), text));
});
