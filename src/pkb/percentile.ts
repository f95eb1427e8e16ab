/**
 * PerfKitBenchmarker's percentile: linear interpolation between the two values around rank (n - 1) * percent / 100.
 * `ordered` is not empty and rises.
 */
export function percentile(ordered: Float64Array, percent: number): number {
  const rank = (ordered.length - 1) * (percent / 100);
  const [low, high] = [Math.floor(rank), Math.ceil(rank)];
  const [below, above] = [ordered[low] ?? 0, ordered[high] ?? 0];
  return low === high ? below : below + (above - below) * (rank - low);
}
