/** What tells of an API server in trouble: load, refusals, slowness, storage, and the process itself. */
const API_SERVER_FAMILIES = new Set([
  'apiserver_request_total',
  'apiserver_request_aborts_total',
  'apiserver_request_terminations_total',
  'apiserver_request_duration_seconds',
  'apiserver_current_inflight_requests',
  'apiserver_current_inqueue_requests',
  'apiserver_longrunning_requests',
  'apiserver_flowcontrol_rejected_requests_total',
  'apiserver_flowcontrol_current_inqueue_requests',
  'apiserver_admission_webhook_rejection_count',
  'apiserver_admission_webhook_fail_open_count',
  'apiserver_tls_handshake_errors_total',
  'apiserver_watch_events_total',
  'apiserver_storage_objects',
  'apiserver_storage_size_bytes',
  'apiserver_resource_objects',
  'etcd_request_duration_seconds',
  'etcd_request_errors_total',
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'process_open_fds',
  'go_goroutines',
]);

/**
 * The families above out of an API server's metrics in Prometheus' text format, of histograms sum and count alone: a
 * hundredth of the whole.
 */
export function apiServerMetrics(text: string): string {
  const kept: string[] = [];
  let lines = 0;
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    lines += 1;
    const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0] ?? '';
    if (API_SERVER_FAMILIES.has(name.replace(/_(?:sum|count)$/, '')) || API_SERVER_FAMILIES.has(name))
      kept.push(line);
  }
  return `# ${kept.length} of ${lines} series\n${kept.join('\n')}\n`;
}
