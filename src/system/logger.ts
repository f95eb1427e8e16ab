import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';
import { logContext } from './log-context.ts';
import { scrub } from './scrub.ts';

/** Fields that hold a secret whatever it looks like. */
const SECRET_FIELDS = /^(authorization|token|password|secret|api-?key|key-?data|client-key-data)$/i;

/**
 * Structured lines, on standard output unless told otherwise; `LOG_LEVEL` sets how many. A line that is written while an
 * activity works says which run, stage and activity. Secrets are taken out of every line, whoever wrote it.
 */
export function createLogger(
  level = process.env['LOG_LEVEL'] ?? 'info',
  destination: DestinationStream = pino.destination(1),
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: logContext,
      hooks: { streamWrite: scrubLine },
    },
    destination,
  );
}

/** By its values, so that it stays JSON whatever is taken out. */
function scrubLine(line: string): string {
  const clean: unknown = JSON.parse(line, (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    return SECRET_FIELDS.test(key) ? '[removed]' : scrub(value);
  });
  return `${JSON.stringify(clean)}\n`;
}
