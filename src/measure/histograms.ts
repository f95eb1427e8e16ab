/** The latencies that are kept, each as a histogram in microseconds. `due` is when a claim should have been sent. */
export const SERIES = [
  'dueToSent',
  'dueToReady',
  'sentToAcknowledged',
  'sentToBound',
  'boundToReady',
  'sentToReady',
  'exec',
  'sentToReleased',
] as const;
export type Series = (typeof SERIES)[number];

/** `all` holds every claim; warm and cold hold theirs. */
export const SPLITS = ['all', 'warm', 'cold'] as const;
export type Split = (typeof SPLITS)[number];

/** HDR histograms, compressed and base64-encoded, by `<series>.<split>`; empty ones are left out. */
export type EncodedHistograms = Partial<Record<`${Series}.${Split}`, string>>;
