import type { ArrivalShape } from './arrival-shape.ts';

/**
 * A staircase of rates, each kept for as long as the others. Arrival `at` falls due where the area under the stairs has grown to
 * `at`, so that no step begins with a claim too many or too few.
 */
export function stepsShape(rates: readonly number[], lengthMs: number, arrivals: number): ArrivalShape {
  const everyMs = lengthMs / rates.length;
  const stepSeconds = everyMs / 1000;
  const areas: number[] = [];
  let area = 0;
  for (const rate of rates) {
    areas.push(area);
    area += rate * stepSeconds;
  }
  const dueMs = (at: number): number => {
    // Backwards: `at` belongs to the last step that begins at or below it. A step at rate 0 has no arrival.
    let step = areas.length - 1;
    while (step > 0 && ((areas[step] ?? 0) > at || rates[step] === 0)) step -= 1;
    const rate = rates[step] ?? 0;
    const inStepMs = rate === 0 ? 0 : ((at - (areas[step] ?? 0)) * 1000) / rate;
    return step * everyMs + Math.min(everyMs, inStepMs);
  };
  return { arrivals, lengthMs, dueMs };
}
