import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';

/**
 * Asks Temporal something from within an activity, for `timeoutMs` at most. The worker's connection heeds deadlines but
 * no abort signal, so a call that is no longer wanted is left to its deadline, and the activity stops at once.
 */
export async function temporalCall<T>(timeoutMs: number, ask: (client: Client) => Promise<T>): Promise<T> {
  const { client, cancellationSignal: signal } = Context.current();
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([client.withDeadline(Date.now() + timeoutMs, () => ask(client)), aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}
