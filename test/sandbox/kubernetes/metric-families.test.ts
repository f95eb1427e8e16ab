import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { apiServerMetrics } from '../../../src/sandbox/kubernetes/metric-families.ts';

describe("an API server's metrics", () => {
  it('are cut down to what tells of trouble: counters, gauges, sums and counts, no buckets', () => {
    const text = [
      '# HELP apiserver_request_total Counter of requests',
      '# TYPE apiserver_request_total counter',
      'apiserver_request_total{code="429",verb="POST"} 17',
      'apiserver_request_duration_seconds_bucket{le="0.1"} 3',
      'apiserver_request_duration_seconds_sum{verb="GET"} 1.5',
      'apiserver_request_duration_seconds_count{verb="GET"} 4',
      'go_goroutines 2510',
      'go_gc_duration_seconds{quantile="0"} 1e-05',
      '',
    ].join('\n');
    assert.equal(
      apiServerMetrics(text),
      [
        '# 4 of 6 series',
        'apiserver_request_total{code="429",verb="POST"} 17',
        'apiserver_request_duration_seconds_sum{verb="GET"} 1.5',
        'apiserver_request_duration_seconds_count{verb="GET"} 4',
        'go_goroutines 2510',
        '',
      ].join('\n'),
    );
  });
});
