import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { InvalidSpecError } from '../../src/domain/errors.ts';
import { parseDocument } from '../../src/spec/parse-document.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { anyText } from '../support/any-text.ts';
import { problemsOf, validSpecs } from './spec-samples.ts';

const parse = (text: string, strictJson = false) => parseDocument(text, 'a.yaml', strictJson);

/** `line:column message` of each problem with the text. */
const told = (text: string, strictJson = false) =>
  problemsOf(() => parse(text, strictJson)).map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );

describe('a document is read', () => {
  it('as YAML 1.2 with its core schema: no yes and no, no dates, no octals', () => {
    assert.deepEqual(parse('a: yes\nb: 2026-01-01\nc: 010\nd: ~\ne: 0x10\nf: .nan\n1: true').input, {
      ...{ a: 'yes', b: '2026-01-01', c: 10, d: null, e: 16, f: NaN },
      '1': true,
    });
  });

  it('the same whatever version its own directive asks for', () => {
    const { input } = parse('%YAML 1.1\n---\na: yes\nb: 010\n');
    assert.deepEqual(input, { a: 'yes', b: 10 });
  });

  it('with aliases', () => {
    assert.deepEqual(parse('a: &x {b: 1}\nc: *x').input, { a: { b: 1 }, c: { b: 1 } });
  });

  it('without merge keys: `<<` is a key like any other, which no spec knows', () => {
    const read = parse('a: &x {qps: 1}\nload: {<<: *x, total: 3}');
    const problems = problemsOf(() => resolveSpec(read.input, read));
    assert.ok(
      problems.some(({ path, message }) => path === 'load["<<"]' && message.startsWith('unknown key')),
    );
  });

  it('as JSON, whatever JSON it is and however it is indented', () => {
    const indent = fc.constantFrom(undefined, 2, '\t');
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), indent, (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        assert.deepEqual(parse(text, true).input, JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it('as nothing where it is empty', () => {
    for (const text of ['', '\n', '# a comment', '---'])
      assert.equal(parse(text).input, null, JSON.stringify(text));
  });
});

describe('what is no YAML is told with line and column', () => {
  const rows: [string, string, RegExp[]][] = [
    ['a missing bracket', 'load: {qps: 1', [/^1:14 not valid YAML: .*flow map/i]],
    [
      'an indentation that fits nothing',
      'a:\n  - b\n c: d',
      [/^3:1 not valid YAML: All mapping items must start at the same column$/],
    ],
    ['a tab as indentation', 'load:\n\tqps: 1', [/^2:1 not valid YAML: Tabs are not allowed/]],
    ['two documents in one file', 'a: 1\n---\nb: 2', [/^2:1 not valid YAML: .*multiple documents/i]],
    ['a key twice', 'a: 1\nb: 2\na: 3', [/^3:1 the key a stands here again \(first in line 1\)$/]],
    ['a key twice, deep down', 'x: [{y: {a: 1, a: 2}}]', [/^1:16 the key a stands here again/]],
    [
      'a mapping as a key',
      '? {a: 1}\n: 2',
      [/^1:3 not valid YAML: With stringKeys, all keys must be strings/],
    ],
    ['a custom tag', 'a: !secret x', [/^1:4 not valid in a spec: Unresolved tag: !secret/]],
    ['a tag of another language', 'a: !!js/function x', [/^1:4 not valid in a spec: Unresolved tag/]],
    ['binary data', 'a: !!binary aGk=', [/^1:4 not valid in a spec: Unresolved tag/]],
    ['an alias of nothing', 'a: 1\nb: *nope', [/^2:4 no anchor &nope stands before this alias$/]],
    ['a list that contains itself', 'a: &x [1, *x]', [/^1:11 &x contains itself$/]],
    ['an unknown directive', '%FOO bar\n---\na: 1', [/^1:1 not valid in a spec: Unknown directive/]],
  ];
  for (const [what, text, messages] of rows) {
    it(what, () => {
      const problems = told(text);
      assert.equal(problems.length, messages.length, problems.join('\n'));
      messages.forEach((message, index) => assert.match(problems[index] ?? '', message));
    });
  }

  it('and of many mistakes the first ten', () => {
    assert.equal(told(Array.from({ length: 500 }, () => 'a: 1').join('\n')).length, 10);
    assert.equal(told('"'.repeat(1000)).length, 10);
  });
});

describe('a file called .json is JSON to the letter, for the Temporal CLI takes nothing else', () => {
  const rows: [string, string, RegExp][] = [
    ['YAML', 'load:\n  qps: 1', / not valid JSON: .*load/],
    ['a trailing comma', '{\n  "a": 1,\n}', /^3:1 not valid JSON: /],
    ['a comment', '{\n  "a": 1 # one\n}', /^2:10 not valid JSON: /],
    ['nothing at all', '', / not valid JSON: /],
  ];
  for (const [what, text, message] of rows) {
    it(what, () => assert.match(told(text, true)[0] ?? '', message));
  }

  it('and a key that stands twice is told there too', () => {
    assert.deepEqual(told('{"a": 1,\n "a": 2}', true), ['2:2 the key a stands here again (first in line 1)']);
  });
});

describe('what would take memory or time without end is refused', { timeout: 300_000 }, () => {
  const MANY = 5_000;
  const rows: [string, string, RegExp][] = [
    ['lists in lists in lists', '['.repeat(MANY), /nested too deep|not valid YAML/],
    ['mappings in mappings', '{a: '.repeat(MANY), /nested too deep|not valid YAML/],
    ['items in items', '- '.repeat(MANY), /nested too deep/],
    ['keys of keys', '? '.repeat(MANY), /nested too deep|not valid YAML/],
    [
      'a billion laughs',
      `a: &a0 [x]\n${Array.from({ length: 12 }, (_, i) => `b${i}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`).join('\n')}`,
      /^\d+:\d+ more than 100 aliases; write the values out$/,
    ],
    [
      'a small bomb',
      `a: &a0 [x]\n${Array.from({ length: 9 }, (_, i) => `b${i}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`).join('\n')}`,
      /enormous size/,
    ],
    ['aliases by the thousand', `- &a 1\n${'- *a\n'.repeat(MANY)}`, /more than 100 aliases/],
  ];
  for (const [what, text, message] of rows) {
    it(what, () => assert.match(told(text)[0] ?? '', message));
  }

  it('many keys in one mapping are read, and refused as a spec', () => {
    const { input } = parse(Array.from({ length: 11_000 }, (_, i) => `k${i}: 1`).join('\n'));
    assert.match(problemsOf(() => resolveSpec(input))[0]?.message ?? '', /more than 10000 values/);
  });
});

describe('a place in the document', () => {
  const { locate } = parse('# a comment\nload: &l\n  qps: 1\n  list:\n    - a\n    - {b: 2}\nother: *l\n');
  const rows: [(string | number)[], string][] = [
    [[], '2:1'],
    [['load'], '2:1'],
    [['load', 'qps'], '3:3'],
    [['load', 'list', 0], '5:7'],
    [['load', 'list', 1, 'b'], '6:8'],
    [['other', 'qps'], '3:3'],
    [['load', 'missing'], '2:1'],
    [['load', 'missing', 'deeper'], '2:1'],
    [['missing'], '2:1'],
    [['load', 'qps', 'none'], '3:3'],
    [['load', 'list', 9], '4:3'],
  ];
  for (const [path, at] of rows) {
    it(`${JSON.stringify(path)} is ${at}: its key, or the nearest thing around it`, () => {
      const { line, column } = locate(path);
      assert.equal(`${line}:${column}`, at);
    });
  }

  it('in an empty document is its beginning', () => {
    assert.deepEqual(parse('').locate(['load']), { line: 1, column: 1 });
  });
});

test('any text is read or refused as a spec', { timeout: 300_000 }, () => {
  const fragments = fc.constantFrom(
    ...[
      'load:',
      '\n',
      '  ',
      'qps: 1',
      '- ',
      '{',
      '}',
      '[',
      ']',
      ',',
      ': ',
      '&a ',
      '*a',
      '!x ',
      '!!str ',
      '|',
      '>',
      '"',
      "'",
    ],
    ...[
      '#',
      '---',
      '...',
      '%YAML 1.1',
      '<<: ',
      '? ',
      '\t',
      '\r\n',
      '\u0000',
      '\u2028',
      '\ufeff',
      '🌊',
      '@',
      '`',
      '__proto__: ',
    ],
  );
  const texts = fc.oneof(
    anyText({ maxLength: 200 }),
    fc.array(fragments, { maxLength: 40 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, fc.boolean(), (text, strictJson) => {
      try {
        const read = parse(text, strictJson);
        const { line, column } = read.locate(['load', 'qps']);
        assert.ok(line >= 1 && column >= 1);
        resolveSpec(read.input, read);
      } catch (error) {
        assert.ok(error instanceof InvalidSpecError, String(error));
        assert.ok(strictJson || error.problems.every(({ line }) => line !== undefined && line >= 1));
      }
    }),
    { numRuns: 600 },
  );
});

test('a spec written to JSON and read again is the same spec', () => {
  fc.assert(
    fc.property(validSpecs, (spec) => {
      const read = parse(JSON.stringify(spec, null, 2), true);
      assert.deepEqual(resolveSpec(read.input, read), resolveSpec(spec));
    }),
  );
});
