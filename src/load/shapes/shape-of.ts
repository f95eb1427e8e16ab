import { durationMs } from '../../domain/durations.ts';
import { ratesOf } from '../../domain/step-rates.ts';
import type { LoadPhase } from '../phases.ts';
import type { ArrivalShape } from './arrival-shape.ts';
import { arrivalsOf } from './arrival-shape.ts';
import { burstShape } from './bursts.ts';
import { constantShape } from './constant.ts';
import { poissonShape } from './poisson.ts';
import { rampShape } from './ramp.ts';
import { stepsShape } from './steps.ts';

/** The shape that a phase asks for, with its length and its number of arrivals. */
export function shapeOf(phase: LoadPhase): ArrivalShape {
  const { arrivals, qps, lengthMs, total } = phase;
  switch (arrivals.shape) {
    case 'constant':
      return constantShape(qps, lengthMs, total);
    case 'poisson':
      return poissonShape([arrivals.seed], lengthMs, total);
    case 'bursts':
      return burstShape(arrivals.size, durationMs(arrivals.every), lengthMs, total);
    case 'ramp':
      return rampShape(arrivals.from, arrivals.to, lengthMs, total);
    case 'steps':
      return stepsShape(ratesOf(arrivals), lengthMs, total);
  }
}

/** How a phase goes on at the rate that it has now. `change`: the number of the change, for draws of its own. */
export function shapeAtRate(phase: LoadPhase, lengthMs: number, change: number): ArrivalShape {
  const { arrivals, qps } = phase;
  const total = arrivalsOf(qps, lengthMs);
  switch (arrivals.shape) {
    case 'poisson':
      return poissonShape([arrivals.seed, change], lengthMs, total);
    case 'bursts':
      return burstShape(arrivals.size, (arrivals.size / qps) * 1000, lengthMs, total);
    case 'constant':
    case 'ramp':
    case 'steps':
      return constantShape(qps, lengthMs, total);
  }
}
