import type { WindowResult } from '../src/measure/window-result.ts';
import { load as driving } from './activity-proxies.ts';
import type { Life } from './life.ts';
import type { LoadState } from './load-state.ts';
import { ordersFor, windowIn } from './load-state.ts';

/** One window, to the end of its last claim. */
export function drive(life: Life, load: LoadState, index: number, summary: string): Promise<WindowResult> {
  const { plan, spec, limits } = life.run;
  const window = load.single
    ? null
    : { startedAtMs: load.startedAtMs, fromMs: windowIn(limits, load, index).fromMs };
  return driving(limits, { summary }).runClaims({
    plan,
    spec,
    entered: life.entered,
    windowIndex: index,
    window,
    orders: ordersFor(limits, load, index),
  });
}
