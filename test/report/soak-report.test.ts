import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_NOTES, noted } from '../../src/domain/load-notes.ts';
import { soak } from '../../src/report/markdown-soak.ts';
import type { RunReport } from '../../src/report/report.ts';
import { soakReport } from '../../src/report/soak-report.ts';

test('what was changed of a load in one window stands in the report, without a series that it has not', () => {
  const none = { series: null, dropped: { windows: 0, claims: 0 }, continued: 0 };
  assert.equal(soakReport({ ...none, notes: NO_NOTES }), null);
  const paused = { atMs: 0, window: 0, kind: 'changed' as const, text: 'paused', who: 'me' };
  const told = soakReport({ ...none, notes: noted(NO_NOTES, paused) });
  assert.equal(
    soak({ soak: told } as RunReport),
    '- 1970-01-01T00:00:00.000Z, window 0: changed: paused (me)',
  );
});
