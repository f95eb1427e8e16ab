import { durationMs } from '../domain/durations.ts';
import { pause } from '../kubernetes/deadline.ts';
import type { Chosen } from './choose.ts';
import type { Exchange, OwnAnswer } from './exchange.ts';

/** Does to a call what was chosen for it, or nothing but passing it on. Resolves when the call is over. */
export async function actOut(exchange: Exchange, chosen: Chosen | null): Promise<void> {
  if (chosen === null) return pass(exchange);
  const { rule, happened } = chosen;
  const { fault } = rule;
  switch (fault.type) {
    case 'status':
      happened();
      exchange.refuse(
        statusAnswer(fault.code, `refused by a faults file (${chosen.name})`, fault.retryAfterSeconds),
      );
      return;
    case 'reset':
      happened();
      exchange.reset();
      return;
    case 'lostAnswer': {
      await exchange.forward();
      happened();
      exchange.reset();
      return;
    }
    case 'stall':
      happened();
      await pause(fault.for === undefined ? FOR_EVER_MS : durationMs(fault.for), exchange.closed);
      exchange.reset();
      return;
    case 'delay':
      await pause(durationMs(fault.for), exchange.closed);
      happened();
      return pass(exchange);
    case 'endWatch':
    case 'watchGone': {
      const answer = await exchange.forward();
      return answer.pass({ fault, happened });
    }
  }
}

/** The longest that a timer of Node's can wait: 24 days. */
const FOR_EVER_MS = 2 ** 31 - 1;

async function pass(exchange: Exchange): Promise<void> {
  const answer = await exchange.forward();
  return answer.pass(null);
}

const REASONS: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** A failure as an API server words it. */
export function statusAnswer(status: number, message: string, retryAfterSeconds?: number): OwnAnswer {
  const reason = REASONS[status] ?? '';
  const told = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code: status,
  };
  const retryAfter = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return {
    status,
    headers: { 'content-type': 'application/json', ...retryAfter },
    body: JSON.stringify(told),
  };
}
