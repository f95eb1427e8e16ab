/** A staircase of rates, claims per second. */
export interface StepRates {
  from: number;
  to: number;
  by: number;
}

/** How many steps it takes, the first and the last one included. */
export function stepsBetween({ from, to, by }: StepRates): number {
  // A step that is only there for a rounding error would hardly differ from the last one.
  return Math.ceil(Math.abs(to - from) / by - 1e-9) + 1;
}

/** From `from` to `to` in steps of `by`, up or down; the last step is `to` however far it is. */
export function ratesOf(steps: StepRates): number[] {
  const { from, to, by } = steps;
  const count = stepsBetween(steps);
  const way = Math.sign(to - from);
  return Array.from({ length: count }, (_, at) => (at === count - 1 ? to : from + way * by * at));
}
