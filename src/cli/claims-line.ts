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
  const both = warm !== undefined && cold !== undefined;
  return [
    ...item(both ? 'all' : warm === undefined ? (cold === undefined ? '' : 'cold') : 'warm', all),
    ...(both ? [...item('warm', warm), ...item('cold', cold)] : []),
  ];
}

function item(launch: string, { p50Ms, p99Ms }: LiveLatency): string[] {
  const what = launch === '' ? '' : `${launch} `;
  return [`${what}p50 ${figure(p50Ms)} ms p99 ${figure(p99Ms)} ms`];
}
