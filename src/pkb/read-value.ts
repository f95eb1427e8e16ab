import { formatDuration } from '../domain/durations.ts';
import { quote } from '../spec/quote.ts';
import type { Reading } from './names.ts';

/** A value in a spec's notation; `left` where it is left out with a reason, `wrong` where it is none at all. */
export type ReadValue = { value: unknown } | { left: string } | { wrong: string };

const RELEASE = /^v\d+\.\d+\.\d+$/;

/** Reads one of PerfKitBenchmarker's values: as YAML gives it, or as the text of a flag. */
export function readValue(given: unknown, reading: Reading): ReadValue {
  if (given === null || given === 'None') return { left: 'none is what a spec has too when it is left out' };
  switch (reading) {
    case 'whole':
    case 'number':
      return numberOf(given, reading === 'whole');
    case 'seconds': {
      const seconds = numberOf(given, false);
      if (!('value' in seconds)) return seconds;
      const ms = Number(seconds.value) * 1000;
      return ms >= 0
        ? { value: formatDuration(ms) }
        : { wrong: `found ${quote(given)}; allowed: seconds, 0 or more` };
    }
    case 'truth':
      return truthOf(given);
    case 'labels':
      return isObject(given)
        ? { value: Object.fromEntries(Object.entries(given).map(([key, value]) => [key, String(value)])) }
        : { wrong: `found ${quote(given)}; allowed: a mapping of keys to values` };
    case 'taints':
      return taintsOf(given);
    case 'release':
      return typeof given === 'string' && RELEASE.test(given)
        ? { value: given }
        : { left: `${quote(given)} is no release; one is pinned by its digest` };
    case 'namespace':
      return given === 'default' ? { left: 'a run makes and removes a namespace of its own' } : textOf(given);
    case 'endpoint': {
      const text = textOf(given);
      if (!('value' in text)) return text;
      return { value: /^https?:/.test(String(text.value)) ? text.value : `http://${String(text.value)}` };
    }
    case 'text':
      return textOf(given);
  }
}

function textOf(given: unknown): ReadValue {
  if (typeof given === 'string' || typeof given === 'number') return { value: String(given) };
  return { wrong: `found ${quote(given)}; allowed: text` };
}

function numberOf(given: unknown, isWhole: boolean): ReadValue {
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  const isNumber = typeof number === 'number' && Number.isFinite(number);
  if (isNumber && (!isWhole || Number.isInteger(number))) return { value: number };
  return { wrong: `found ${quote(given)}; allowed: a ${isWhole ? 'whole ' : ''}number` };
}

function truthOf(given: unknown): ReadValue {
  if (typeof given === 'boolean') return { value: given };
  const text = String(given).toLowerCase();
  if (['true', 't', '1', 'yes'].includes(text)) return { value: true };
  if (['false', 'f', '0', 'no'].includes(text)) return { value: false };
  return { wrong: `found ${quote(given)}; allowed: true or false` };
}

/** `key=value:Effect`, a list of them or one with commas. */
function taintsOf(given: unknown): ReadValue {
  const all: unknown[] =
    typeof given === 'string' ? given.split(',') : Array.isArray(given) ? given : [given];
  const taints = [];
  for (const each of all) {
    const found = typeof each === 'string' ? /^([^=:\s]+)(?:=([^:\s]*))?:(\w+)$/.exec(each.trim()) : null;
    if (found === null)
      return { wrong: `found ${quote(each)}; allowed: a taint such as key=value:NoSchedule` };
    taints.push({ key: found[1], value: found[2] ?? '', effect: found[3] });
  }
  return { value: taints };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
