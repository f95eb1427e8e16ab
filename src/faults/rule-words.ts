import type { Fault, FaultRule } from './schema.ts';

/** What the log and the counters call a rule: its own name, or what it does (`429 on create sandboxclaims`). */
export function ruleName({ name, when, fault }: FaultRule): string {
  if (name !== undefined) return name;
  const calls = [when.verb ?? (isWatchFault(fault) ? 'watch' : 'any verb'), when.resource ?? 'any resource'];
  return `${faultWords(fault)} on ${calls.join(' ')}${when.namespace === undefined ? '' : ` in ${when.namespace}`}`;
}

/** A fault in a word or two. */
function faultWords(fault: Fault): string {
  switch (fault.type) {
    case 'status':
      return String(fault.code);
    case 'stall':
      return fault.for === undefined ? 'stall' : `stall of ${fault.for}`;
    case 'delay':
      return `delay of ${fault.for}`;
    case 'reset':
    case 'lostAnswer':
    case 'endWatch':
    case 'watchGone':
      return fault.type;
  }
}

/** Faults that only a watch can have. */
export function isWatchFault(fault: Fault): fault is Extract<Fault, { type: 'endWatch' | 'watchGone' }> {
  return fault.type === 'endWatch' || fault.type === 'watchGone';
}
