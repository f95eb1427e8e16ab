import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '../../../src/kubernetes/kube-client.ts';
import { EventLog } from '../../../src/sandbox/kubernetes/event-log.ts';

const event = (fields: Record<string, unknown>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'e', creationTimestamp: '2026-01-01T00:00:00Z' },
  involvedObject: { kind: 'Pod', name: 'web' },
  ...fields,
});
const at = (seconds: number): string => new Date(seconds * 1000).toISOString();

function linesOf(events: KubeObject[], trouble?: string): string[] {
  const log = new EventLog();
  for (const one of events) log.add(one);
  return log.text('team-a', trouble).trimEnd().split('\n');
}

describe('the log of events', () => {
  it('tells one in a line: when last, how often, by whom, about what', () => {
    const old = event({
      type: 'Warning',
      reason: 'FailedScheduling',
      message: 'no\n  room',
      count: 3,
      firstTimestamp: at(1),
      lastTimestamp: at(9),
      source: { component: 'scheduler' },
    });
    const young = event({
      type: 'Normal',
      reason: 'Pulled',
      eventTime: at(5),
      lastTimestamp: null,
      series: { count: 7, lastObservedTime: at(8) },
      reportingComponent: 'kubelet',
    });
    assert.deepEqual(linesOf([old, young]), [
      'team-a: 2 events',
      `${at(8)} Normal Pulled Pod/web x7 [kubelet]: `,
      `${at(9)} Warning FailedScheduling Pod/web x3 [scheduler]: no room`,
    ]);
  });

  it('knows when an event was that says so only in one place', () => {
    const times = [{ eventTime: at(3) }, { firstTimestamp: at(2) }, {}, { lastTimestamp: at(1) }];
    const lines = linesOf(times.map((time) => event(time)));
    assert.deepEqual(
      lines.slice(1).map((line) => line.split(' ')[0]),
      [at(1), at(2), at(3), '2026-01-01T00:00:00Z'],
    );
  });

  it('keeps the newest of a flood, in whatever order it comes, and warnings apart from the rest', () => {
    const flood = Array.from({ length: 10_000 }, (_, index) => (index * 7919) % 10_000).map((second) =>
      event({ type: 'Normal', reason: `N${second}`, lastTimestamp: at(second) }),
    );
    const warnings = [event({ type: 'Warning', reason: 'Old', lastTimestamp: at(0) })];
    const [title, oldest, ...rest] = linesOf([...warnings, ...flood]);
    assert.equal(title, 'team-a: 501 events (9500 older other events left out)');
    assert.match(oldest ?? '', / Warning Old /);
    assert.match(rest[0] ?? '', / N9500 /);
    assert.match(rest.at(-1) ?? '', / N9999 /);
  });

  it('cuts long messages, and says why it is not whole', () => {
    const [title, line = ''] = linesOf(
      [event({ message: 'x'.repeat(50_000) })],
      'the look was cut short: gone',
    );
    assert.equal(title, 'team-a: 1 event (the look was cut short: gone)');
    assert.ok(line.length < 1200);
  });
});
