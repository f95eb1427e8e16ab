import type { SpecPath } from './schema-node.ts';

/** Longest text that a message repeats. */
const MOST_QUOTED = 80;

/** Control, format and line-separating characters: they could forge lines or colours in a terminal or log. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text that came from outside, cut and with control characters escaped. */
export function safeText(text: string): string {
  const cut = text.length <= MOST_QUOTED ? text : `${text.slice(0, MOST_QUOTED - 1)}…`;
  return printable(cut);
}

/** Text with its control characters escaped, whole. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A value as a message shows it: `"fast"`, `-3`, `a list of 3`. Never throws, whatever it is given. */
export function quote(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `"${safeText(value).replaceAll('"', '\\"')}"`;
    case 'number':
    case 'boolean':
      return String(value);
    case 'undefined':
      return 'nothing';
    case 'object':
      if (value === null) return 'null (nothing written)';
      if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
      return 'a mapping';
    case 'bigint':
    case 'symbol':
    case 'function':
      return `a ${typeof value}`;
  }
}

/** `load.qps`; keys that are no plain words stand in brackets: `load["a b"]`. */
export function pathText(path: SpecPath): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!/^[\w$-]{1,80}$/.test(key)) return `[${quote(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join('');
}
