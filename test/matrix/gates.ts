import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../activities/index.ts';
import type { WorkerInput } from './worker-input.ts';

/** Whether an activity waits at its gate. */
export function isReached(folder: string, activity: string): boolean {
  return existsSync(join(folder, `${activity}.reached`));
}

/** For good: an attempt that comes later finds it open. */
export function openGate(folder: string, activity: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${activity}.open`), '');
}

/** The activities with gates: an exact moment of a run at which it stands still, with nothing half done; or it fails. */
export function gated(
  real: Activities,
  { gates, gatesBehind, gateFolder, failsOnce }: WorkerInput,
): Activities {
  const changed = Object.entries(real).map(([name, activity]) => {
    const call = activity as (...args: unknown[]) => Promise<unknown>;
    const wrapped = async (...args: unknown[]): Promise<unknown> => {
      if (failsOnce.includes(name)) failOnce(gateFolder, name);
      if (gates.includes(name)) await untilOpen(gateFolder, name);
      const result = await call(...args);
      if (gatesBehind.includes(name)) await untilOpen(gateFolder, name);
      return result;
    };
    return [name, [...gates, ...gatesBehind, ...failsOnce].includes(name) ? wrapped : activity];
  });
  return Object.fromEntries(changed) as Activities;
}

function failOnce(folder: string, activity: string): void {
  const marker = join(folder, `${activity}.failed`);
  if (existsSync(marker)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(marker, '');
  throw ApplicationFailure.nonRetryable('it fails because the test wants it so', 'Planted');
}

/** Heartbeats and honours cancellation, as all our activities do. */
async function untilOpen(folder: string, activity: string): Promise<void> {
  const context = Context.current();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${activity}.reached`), '');
  while (!existsSync(join(folder, `${activity}.open`))) {
    context.heartbeat(context.info.heartbeatDetails);
    if (context.cancellationSignal.aborted) throw context.cancellationSignal.reason;
    await sleep(50);
  }
}
