import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDocument } from '../../src/spec/parse-document.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { findings, SMALLEST } from './spec-samples.ts';

const resolved = (...thresholds: string[]) => resolveSpec({ ...SMALLEST, thresholds }).thresholds;

test('no claim may fail where the thresholds say nothing of failures', () => {
  assert.deepEqual(resolved('warmFraction >= 1%'), ['failedFraction <= 0%', 'warmFraction >= 1%']);
  assert.deepEqual(resolved(), ['failedFraction <= 0%']);
  assert.deepEqual(resolved('lateness p99 <= 1s', 'failedFraction <= 2%'), [
    'lateness p99 <= 1s',
    'failedFraction <= 2%',
  ]);
});

test('every wrong threshold is told at its own line, by the word at fault and what is near it', () => {
  const text = [
    'load: { qps: 1, total: 1 }',
    'thresholds:',
    '  - warm dueToRedy p99 <= 1s',
    '  - failedFraction <= 0%',
    '  - warmfraction >= 0.5',
    '  - 7',
  ].join('\n');
  const read = parseDocument(text, 'spec.yaml', false);
  const found = findings(() => resolveSpec(read.input, read));
  assert.deepEqual(found, [
    'thresholds[3]: found 7; allowed: a threshold such as "warm dueToReady p99 <= 500ms", "failedFraction <= 1%" or "readyRate >= 18/s"',
    'thresholds[0]: "dueToRedy": no metric of warm claims; did you mean dueToReady?; known: dueToReady, sentToReady, sentToAcknowledged, sentToBound, boundToReady, exec, sentToReleased, drift',
    'thresholds[2]: "warmfraction": no metric; did you mean warmFraction?; known: warm, cold, all, lateness, failedFraction, warmFraction, keptRate, readyRate',
  ]);
});
