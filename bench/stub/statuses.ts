import type { StubAnswer } from './exchange.ts';

/** A Status object as the API server makes it. */
export function statusJson(fields: Record<string, unknown>): string {
  return JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, ...fields });
}

export function refuse(
  answer: StubAnswer,
  code: number,
  reason: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  answer.send(code, statusJson({ status: 'Failure', code, reason, message }), headers);
}

/** Only a new list helps whoever asks for events that are no longer kept. */
export function expired(answer: StubAnswer, from: number, now: number): void {
  refuse(answer, 410, 'Expired', `too old resource version: ${from} (${now})`);
}
