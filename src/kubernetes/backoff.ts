/** How often and how patiently a call is repeated. */
export interface Patience {
  /** Tries in all, the first one included. */
  attempts: number;
  /** Upper bound of the first wait; it doubles with each failure. */
  baseMs: number;
  /** Upper bound of any wait that the server did not ask for. */
  capMs: number;
  /** More than this is not waited, even if the server asks for more. */
  retryAfterCapMs: number;
}

/** Ten tries like client-go's; together at most about 22 s of waiting where the server names no time. */
export const PATIENCE: Patience = { attempts: 10, baseMs: 100, capMs: 5_000, retryAfterCapMs: 10_000 };

/**
 * Milliseconds to wait after the `failures`-th failure in a row (from 1). `random` is in [0, 1).
 * Never shorter than what the server asked for (up to the cap): jitter is added on top of that.
 */
export function waitAfterFailure(
  failures: number,
  retryAfterMs: number | null,
  random: number,
  patience: Patience,
): number {
  const ceiling = Math.min(patience.capMs, patience.baseMs * 2 ** (failures - 1));
  if (retryAfterMs === null) return ceiling / 2 + random * (ceiling / 2);
  const asked = Math.min(retryAfterMs, patience.retryAfterCapMs);
  return asked + random * Math.max(patience.baseMs, asked / 5);
}

/** Milliseconds asked for by a Retry-After header (seconds or an HTTP date); null where it is absent or unreadable. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
