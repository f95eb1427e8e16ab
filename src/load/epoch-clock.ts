/** Epoch milliseconds with fractions, from the monotonic clock: no step of the system's clock bends a latency. */
export function epochMs(): number {
  return performance.timeOrigin + performance.now();
}
