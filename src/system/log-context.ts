import { AsyncLocalStorage } from 'node:async_hooks';

/** Whose work a line of the log is about. */
export interface LogContext {
  /** The run's name. */
  run: string;
  /** Left out where the work belongs to none. */
  stage?: string;
  activity: string;
  attempt: number;
}

const current = new AsyncLocalStorage<LogContext>();

/** Every line that is logged by `work`, or by whatever it starts, carries this context. */
export function inLogContext<T>(context: LogContext, work: () => T): T {
  return current.run(context, work);
}

export function logContext(): Partial<LogContext> {
  return current.getStore() ?? {};
}
