import { UnavailableError } from '../domain/errors.ts';
import { parseMetricsAddress } from '../metrics/address.ts';

/** The worker asks Temporal in its turn, within five seconds; a busy machine adds its own. */
const PATIENCE_MS = 15_000;

/** Asks a worker on this machine how it is. Throws UnavailableError with its answer unless it is well. */
export async function askHealth(address: string): Promise<void> {
  const { host, port } = parseMetricsAddress(address);
  // What a worker that listens everywhere was told is no place to call.
  const target =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  let answer: string;
  try {
    const response = await fetch(`http://${target}:${port}/healthz`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    answer = (await response.text()).trim();
    if (response.ok) return;
  } catch {
    answer = 'nobody answers';
  }
  throw new UnavailableError({
    object: `worker at ${target}:${port}`,
    what: answer,
    next: 'look at its log; it serves health where it is started with --metrics',
  });
}
