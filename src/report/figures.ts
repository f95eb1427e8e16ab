import { formatDuration } from '../domain/durations.ts';

/** What stands where there is no figure; never 0. */
export const NONE = '–';

/** A number with about three digits that say something: 4.312 -> `4.31`, 27.51 -> `27.5`, 1234.5 -> `1,235`. */
export function figure(value: number | null): string {
  if (value === null) return NONE;
  const size = Math.abs(value);
  const digits = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A whole number with its thousands apart. */
export function count(value: number | null): string {
  return value === null ? NONE : value.toLocaleString('en-US');
}

/** Seconds for people: `0.42 s`, `12.3 s`, `2m13s`. */
export function span(seconds: number | null): string {
  if (seconds === null) return NONE;
  if (seconds >= 59.95) return formatDuration(Math.round(seconds) * 1000);
  const digits = seconds < 9.995 ? 2 : 1;
  return `${seconds.toFixed(digits)} s`;
}

/** A time that still runs, in whole seconds: `0s`, `1m4s`. */
export function ticking(seconds: number): string {
  return formatDuration(Math.max(0, Math.floor(seconds)) * 1000);
}

/** A rate: `10.0/s`. */
export function rate(perSecond: number | null): string {
  return perSecond === null ? NONE : `${figure(perSecond)}/s`;
}

/** `1 claim`, `2 claims`. */
export function plural(amount: number, one: string, many = `${one}s`): string {
  return `${count(amount)} ${amount === 1 ? one : many}`;
}
