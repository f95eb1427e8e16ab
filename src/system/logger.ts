import type { Logger } from 'pino';
import { pino } from 'pino';

/** Structured lines on standard output; `LOG_LEVEL` sets how many. */
export function createLogger(level = process.env['LOG_LEVEL'] ?? 'info'): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
