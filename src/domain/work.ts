/** What long work is given by whoever asked for it: when to stop, and where to say how far it is. */
export interface Work {
  /** Aborted when the caller wants the work to stop; the work then throws the signal's reason. */
  readonly signal: AbortSignal;
  /** One short line about what is being done now. */
  progress(message: string): void;
}
