import assert from 'node:assert/strict';
import { relative, sep } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { reportFolder } from '../../src/report/report-folder.ts';
import { anyText } from '../support/any-text.ts';

const NAMES = [
  'nightly',
  '..',
  '.',
  '',
  '/etc/passwd',
  '../../x',
  'a/b',
  'a\\b',
  'x\u0000y',
  '.hidden',
  'a b',
  'ä',
];

describe('the folder of a run', () => {
  it('is its name where that is a good one', () => {
    assert.equal(reportFolder('/srv/runs', 'smoke-20261124-1a2b'), '/srv/runs/smoke-20261124-1a2b');
  });

  it('is one level below the base, whatever the name, and no other name has it', () => {
    const name = fc.oneof(fc.constantFrom(...NAMES), anyText(), fc.string());
    fc.assert(
      fc.property(name, name, (one, other) => {
        const folder = reportFolder('/srv/runs', one);
        const below = relative('/srv/runs', folder);
        assert.ok(below !== '' && !below.startsWith('.') && !below.includes(sep), folder);
        assert.match(below, /^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$/);
        assert.equal(folder === reportFolder('/srv/runs', other), one === other);
      }),
      { numRuns: 200 },
    );
  });

  it('of an odd name is no good name itself, so that nobody can ask for it', () => {
    const odd = relative('/srv/runs', reportFolder('/srv/runs', 'a b'));
    assert.notEqual(reportFolder('/srv/runs', odd), reportFolder('/srv/runs', 'a b'));
  });
});
