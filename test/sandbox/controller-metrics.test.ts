import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { CONTROLLER_METRIC, readControllerHistogram } from '../../src/sandbox/controller-metrics.ts';

interface Sample {
  launch: string;
  template: string;
  /** Observations by bucket: up to 100, 250, 500, beyond. */
  counts: [number, number, number, number];
  sum: number;
}

const BOUNDS = ['100', '250', '500', '+Inf'];

function metrics(samples: Sample[]): string {
  const lines = samples.flatMap(({ launch, template, counts, sum }) => {
    const labels = `launch_type="${launch}",sandbox_template="${template}"`;
    const cumulative = counts.map((_, index) => counts.slice(0, index + 1).reduce((a, b) => a + b, 0));
    return [
      ...BOUNDS.map((le, index) => `${CONTROLLER_METRIC}_bucket{${labels},le="${le}"} ${cumulative[index]}`),
      `${CONTROLLER_METRIC}_sum{${labels}} ${sum}`,
      `${CONTROLLER_METRIC}_count{${labels}} ${cumulative.at(-1)}`,
    ];
  });
  return [
    '# HELP agent_sandbox_claim_startup_latency_ms another metric, which is not read',
    'agent_sandbox_claim_startup_latency_ms_count{launch_type="warm"} 99',
    `# TYPE ${CONTROLLER_METRIC} histogram`,
    ...lines,
    'go_goroutines 120',
    '',
  ].join('\n');
}

test('counts, means and interpolates by launch type', () => {
  const text = metrics([
    { launch: 'warm', template: 't', counts: [100, 0, 0, 0], sum: 2_000 },
    { launch: 'cold', template: 't', counts: [0, 50, 50, 0], sum: 25_000 },
  ]);
  assert.deepEqual(readControllerHistogram(text), {
    metric: CONTROLLER_METRIC,
    byLaunchType: {
      warm: { count: 100, meanMs: 20, p50Ms: 50, p99Ms: 99 },
      cold: { count: 100, meanMs: 250, p50Ms: 250, p99Ms: 495 },
    },
    client: null,
  });
});

test('adds the templates of one launch type together', () => {
  const text = metrics([
    { launch: 'warm', template: 'a', counts: [10, 0, 0, 0], sum: 100 },
    { launch: 'warm', template: 'b"} 7', counts: [0, 0, 10, 0], sum: 4_000 },
  ]);
  const { count, meanMs, p99Ms } = readControllerHistogram(text)?.byLaunchType['warm'] ?? assert.fail();
  assert.deepEqual({ count, meanMs }, { count: 20, meanMs: 205 });
  assert(p99Ms > 490 && p99Ms < 500);
});

test('beyond the last bound it gives that bound, for there is nothing to interpolate', () => {
  const text = metrics([{ launch: 'cold', template: 't', counts: [0, 0, 0, 4], sum: 9_999 }]);
  assert.equal(readControllerHistogram(text)?.byLaunchType['cold']?.p50Ms, 500);
});

test('without the metric, or with nothing counted, there is no figure rather than 0', () => {
  assert.equal(readControllerHistogram(''), null);
  assert.equal(readControllerHistogram('<html>not found</html>'), null);
  const none = metrics([{ launch: 'warm', template: 't', counts: [0, 0, 0, 0], sum: 0 }]);
  assert.equal(readControllerHistogram(none), null);
});

test('percentiles lie in the bucket of their rank, and rise', () => {
  const upTo = fc.integer({ min: 0, max: 1_000 });
  fc.assert(
    fc.property(fc.tuple(upTo, upTo, upTo, upTo), (counts) => {
      fc.pre(counts.some((count) => count > 0));
      const text = metrics([{ launch: 'warm', template: 't', counts, sum: 1 }]);
      const { count, p50Ms, p99Ms } = readControllerHistogram(text)?.byLaunchType['warm'] ?? assert.fail();
      const edges = [0, 100, 250, 500, 500];
      let below = 0;
      const bucket = counts.findIndex((inside) => (below += inside) >= count / 2);
      assert(p50Ms >= edges[bucket]! && p50Ms <= edges[bucket + 1]!);
      assert(p50Ms <= p99Ms);
    }),
  );
});

test('the histogram that begins at the client stands beside it', () => {
  const text = metrics([{ launch: 'warm', template: 't', counts: [10, 0, 0, 0], sum: 400 }]);
  const client = text
    .replaceAll(CONTROLLER_METRIC, 'agent_sandbox_client_claim_startup_latency_ms')
    .replace(' 400', ' 700');
  const read = readControllerHistogram(`${text}\n${client}`);
  assert.equal(read?.byLaunchType['warm']?.meanMs, 40);
  assert.equal(read?.client?.byLaunchType['warm']?.meanMs, 70);
});
