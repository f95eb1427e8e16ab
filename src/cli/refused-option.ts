import { parseDuration } from '../domain/durations.ts';
import { InvalidSpecError } from '../domain/errors.ts';

/** What is wrong with an option or an argument; nothing was done. */
export function refusedOption(option: string, message: string): InvalidSpecError {
  return new InvalidSpecError([{ path: option, message }], 'command line');
}

/** The same where its value is what is wrong. */
export function refusedValue(option: string, found: string, allowed: string): InvalidSpecError {
  return refusedOption(option, `found ${JSON.stringify(found)}; allowed: ${allowed}`);
}

/** Throws `InvalidSpecError` unless the option's value is a duration of some length. */
export function checkDuration(option: string, text: string): void {
  if ((parseDuration(text) ?? 0) <= 0) throw refusedValue(option, text, 'a duration such as 90s, 30m or 2h');
}
