import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nearest } from '../../src/spec/nearest.ts';

const KNOWN = ['qps', 'duration', 'total', 'maxConcurrent', 'readyTimeout', 'workloadDuration'];

describe('the known word that was meant', () => {
  const rows: [string, string | null][] = [
    ['qsp', 'qps'],
    ['qpm', 'qps'],
    ['QPS', 'qps'],
    ['durations', 'duration'],
    ['duratoin', 'duration'],
    ['max_concurrent', 'maxConcurrent'],
    ['max-concurent', 'maxConcurrent'],
    ['ready timeout', 'readyTimeout'],
    ['workload', null],
    ['abc', null],
    ['', null],
    ['__proto__', null],
    ['x'.repeat(100_000), null],
  ];
  for (const [word, meant] of rows) {
    it(`by ${JSON.stringify(word.slice(0, 20))} is ${meant ?? 'none of them'}`, () => {
      assert.equal(nearest(word, KNOWN), meant);
    });
  }

  it('is none where none is known', () => assert.equal(nearest('qps', []), null));
});
