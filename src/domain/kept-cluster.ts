/** A cluster that a run has left on purpose, for another one to take over. JSON-safe. */
export interface KeptCluster {
  provider: string;
  name: string;
  /** Unix seconds; when its guard takes it down if nobody has taken it over. */
  untilSeconds: number;
}
