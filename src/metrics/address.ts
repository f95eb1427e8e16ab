import { UnworkableError } from '../domain/errors.ts';
import type { MetricsAddress } from './metrics-server.ts';

/** Prometheus' own list of ports gives this one to OpenTelemetry's exporters, of which a machine has few. */
export const DEFAULT_METRICS_ADDRESS = '127.0.0.1:9464';

/** Reads `HOST:PORT`, `[::1]:9464` or a port alone, which means loopback. Throws UnworkableError. */
export function parseMetricsAddress(text: string): MetricsAddress {
  const match = /^(?:(?:\[([0-9a-fA-F:]+)\]|([^\s:[\]]+)):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new UnworkableError({
      object: `metrics address ${JSON.stringify(text)}`,
      what: 'is not HOST:PORT',
      next: `${DEFAULT_METRICS_ADDRESS} is one; a port alone means loopback`,
    });
  }
  return { host: match[1] ?? match[2] ?? '127.0.0.1', port };
}
