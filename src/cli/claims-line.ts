import type { LiveLatency, WindowLive } from '../measure/window-live.ts';
import { count, figure } from '../report/figures.ts';

/** How a load stands, as items of a row. */
export function claimsItems(claims: WindowLive): string[] {
  return [
    `${count(claims.dueByNow)} of ${count(claims.due)} due`,
    `${count(claims.sent)} sent`,
    `${count(claims.ready)} ready`,
    `${count(claims.failed)} failed`,
    `${count(claims.live)} alive`,
  ];
}

/** How long claims took from due to ready so far, as items of a row; none where none is ready. */
export function latencyItems({ dueToReady }: WindowLive): string[] {
  const { all, warm, cold } = dueToReady;
  if (all === undefined) return [];
  const splits = [
    ...(warm === undefined ? [] : [`warm ${figures(warm)}`]),
    ...(cold === undefined ? [] : [`cold ${figures(cold)}`]),
  ];
  return [`due → ready ${figures(all)}`, ...splits];
}

function figures({ p50Ms, p99Ms }: LiveLatency): string {
  return `p50 ${figure(p50Ms)} ms p99 ${figure(p99Ms)} ms`;
}
