import type { ClaimEnd } from '../measure/window-result.ts';

/** What a claim that did not succeed counts as: a word that can be part of a metric's name. `Timeout` is PKB's own. */
export function errorType(end: ClaimEnd, reason: string | null): string {
  if (end === 'timed-out' || reason?.startsWith('ReadyTimeout') === true) return 'Timeout';
  if (end === 'unknown') return 'Unknown';
  const [word = ''] = (reason ?? '').split(':');
  const plain = word
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60);
  return plain === '' ? 'Unexplained' : plain;
}
