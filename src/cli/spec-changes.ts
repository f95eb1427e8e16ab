import { refusedOption } from './refused-option.ts';

const PLACE = /^[A-Za-z]\w*(?:\.[A-Za-z][\w-]*)*$/;

/**
 * `load.qps=5` and its like as one document: `{ load: { qps: 5 } }`. A value that JSON can read is that (a number, true,
 * null); any other is text. Undefined where nothing is given.
 */
export function specChanges(settings: readonly string[]): unknown {
  if (settings.length === 0) return undefined;
  const changes: Record<string, unknown> = {};
  for (const setting of settings) {
    const at = setting.indexOf('=');
    const place = setting.slice(0, Math.max(0, at));
    if (!PLACE.test(place)) {
      const message = `found ${JSON.stringify(setting)}; write a place and its value, as load.qps=5`;
      throw refusedOption('--set', message);
    }
    put(changes, place.split('.'), valueOf(setting.slice(at + 1)));
  }
  return changes;
}

function put(into: Record<string, unknown>, [key = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    into[key] = value;
    return;
  }
  const inner = into[key];
  const holder = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
  into[key] = holder;
  put(holder, rest, value);
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
