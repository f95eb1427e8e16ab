import { isPaused, loadLengthMs } from '../src/domain/load-windows.ts';
import type { Life } from './life.ts';
import { windowed } from './load-state.ts';
import type { LoadProgress } from './messages.ts';

/** How the load stands, for the `progress` query; null before it was begun. */
export function loadProgress({ load, run, continued }: Life): LoadProgress | null {
  if (load === null) return null;
  const whole = windowed(run.limits, load);
  const lengthMs = loadLengthMs(whole);
  const paused = isPaused(load.changes);
  return {
    windowsOver: load.next,
    windows: paused || load.single ? null : Math.max(1, Math.round(lengthMs / whole.windowMs)),
    paused,
    notes: load.notes,
    continued,
  };
}
