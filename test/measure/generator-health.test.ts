import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { ApiHealth } from '../../src/measure/generator-health.ts';
import { generatorTrouble, poolExhausted } from '../../src/measure/generator-health.ts';
import { summarise } from '../../src/measure/summarise.ts';
import { judge } from '../../src/measure/validity.ts';
import type { WindowResult } from '../../src/measure/window-result.ts';
import { goodWindow, LOAD } from './window-result-samples.ts';

const QUIET: ApiHealth = { calls: 1000, queued: 0, throttled: 0, priorityLevels: { 'uid-1': 1000 } };

function windowWith(generator: Partial<WindowResult['generator']>): WindowResult {
  const good = goodWindow();
  return { ...good, generator: { ...good.generator, ...generator } };
}
const summaryWith = (generator: Partial<WindowResult['generator']>) =>
  summarise([windowWith(generator)], LOAD);

describe('what the generator met is told past its bound, and not before', () => {
  const cases: [what: string, generator: Partial<WindowResult['generator']>, found: RegExp | null][] = [
    ['nothing at all', { api: QUIET }, null],
    ['nobody counted', {}, null],
    ['four fifths of a core', { cpuSeconds: 16 }, null],
    ['nearly a whole core', { cpuSeconds: 19.1 }, /used 95 % of a core \(over 80 %\)/],
    ['one call in a hundred queued', { api: { ...QUIET, queued: 10 } }, null],
    [
      'more of them',
      { api: { ...QUIET, queued: 31 } },
      /31 of 1000 calls \(3\.1 %\) waited in the generator for a free connection/,
    ],
    [
      'a single refusal',
      { api: { ...QUIET, throttled: 1 } },
      /turned 1 calls away with 429, which served this client by priority level uid-1/,
    ],
    [
      'a refusal without priority and fairness',
      { api: { ...QUIET, throttled: 2, priorityLevels: {} } },
      /turned 2 calls away with 429:/,
    ],
  ];
  for (const [what, generator, found] of cases) {
    it(what, () => {
      const reasons = generatorTrouble(summaryWith(generator).generator);
      if (found === null) assert.deepEqual(reasons, []);
      else assert.match(reasons.join(), found);
    });
  }
});

test('such figures are suspect', () => {
  assert.equal(judge(summaryWith({ api: QUIET }), LOAD).verdict, 'valid');
  assert.equal(judge(summaryWith({ api: { ...QUIET, throttled: 1 } }), LOAD).verdict, 'suspect');
});

test('calls of several windows are added up, the busiest window counts for the CPU', () => {
  const { generator } = summarise(
    [
      windowWith({ api: { ...QUIET, queued: 1 }, cpuSeconds: 1 }),
      windowWith({
        api: { ...QUIET, throttled: 2, priorityLevels: { 'uid-1': 1, 'uid-2': 2 } },
        cpuSeconds: 10,
      }),
    ],
    LOAD,
  );
  assert.deepEqual(generator.api, {
    calls: 2000,
    queued: 1,
    throttled: 2,
    priorityLevels: { 'uid-1': 1001, 'uid-2': 2 },
  });
  assert.ok(Math.abs(generator.cpuFraction - 10 / 20.1) < 1e-9);
});

test('an exhausted pool is told with its moments, and makes no figure suspect', () => {
  const cold = {
    ...goodWindow({ warm: 160, cold: 40 }),
    coldDue: { firstMs: 1_004_000, lastMs: 1_012_500 },
  };
  const summary = summarise([cold, { ...goodWindow(), windowIndex: 1 }], LOAD);
  assert.equal(
    poolExhausted(summary, 20),
    "The warm pool of 20 was exhausted: 40 of 400 ready claims started cold, due from 4 s to 12.5 s after the load's start.",
  );
  assert.equal(poolExhausted(summary, 0), null);
  assert.equal(poolExhausted(summarise([goodWindow()], LOAD), 20), null);
});
