import { guardWorkflowId } from '../../src/domain/names.ts';
import { SEARCH_ATTRIBUTES } from '../../src/system/search-attributes.ts';
import {
  extendHoldUpdate,
  retryStageUpdate,
  skipStageUpdate,
  tearDownUpdate,
} from '../../workflows/messages.ts';
import type { Faults } from './recording-world.ts';
import type { RunEnvironment } from './run-environment.ts';

/** One way for a run to end; `play` returns when run and guard have. Its key is the run's name. */
export type Play = (env: RunEnvironment, name: string) => Promise<void>;

const CLAIMS = { stage: 'run-claims', hold: 1 } as const;

const settled = async (env: RunEnvironment, name: string): Promise<void> => {
  await env.untilClosed(name);
  await env.untilGuardEnded(name);
};

/** Every kind of ending of a run, and with it of its guard. */
export const ENDINGS: Readonly<Record<string, Play>> = {
  async passed(env, name) {
    await env.run(name, { searchAttributes: Object.keys(SEARCH_ATTRIBUTES) });
    await settled(env, name);
  },
  /** Of a long load; with `EARLY_CONTINUE_AS_NEW` it hands over to itself on the way. */
  async soak(env, name) {
    await env.run(name, { limits: { arrivalsMs: 4 * 3_600_000, windowMs: 3_600_000 } });
    await settled(env, name);
  },
  async 'soak-aborted'(env, name) {
    const faults: Faults = { watched: { index: 1, action: 'abort' } };
    await env.run(name, { faults, limits: { arrivalsMs: 40 * 3_600_000, windowMs: 3_600_000 } });
    await settled(env, name);
  },
  async failed(env, name) {
    await env.run(name, { faults: { failAt: 'workload' } });
    await settled(env, name);
  },
  async 'no-data'(env, name) {
    await env.run(name, { faults: { noData: true } });
    await settled(env, name);
  },
  async 'invalid-spec'(env, name) {
    await env.run(name, { problems: [{ path: 'load.qps', message: 'is missing' }] });
    await env.untilClosed(name);
  },
  async cancelled(env, name) {
    const run = await env.run(name, { faults: { hangAt: 'warm-pool' } });
    await env.world.untilBegun(name, 'warm-pool');
    await run.cancel();
    await settled(env, name);
  },
  async 'report-unwritten'(env, name) {
    await env.run(name, { faults: { noReport: true } });
    await settled(env, name);
  },
  async 'cleanup-incomplete'(env, name) {
    const limits = { teardownDeadlineMs: 1_200 };
    await env.run(name, { faults: { undoFails: { at: 'workload', times: 3 } }, limits });
    await settled(env, name);
  },
  /** With `EARLY_CONTINUE_AS_NEW` the guard hands over to itself on the way. */
  async 'guard-continued'(env, name) {
    const limits = { teardownDeadlineMs: 300, guardRetryMs: 200 };
    await env.run(name, { faults: { undoFails: { at: 'cluster', times: 6 } }, limits });
    await settled(env, name);
  },
  async terminated(env, name) {
    const run = await env.run(name, { faults: { hangAt: 'claims' } });
    await env.world.untilBegun(name, 'claims');
    await run.terminate('for the record');
    await settled(env, name);
  },
  async 'lease-over'(env, name) {
    await env.run(name, { faults: { hangAt: 'claims' }, leaseSeconds: 1 });
    await settled(env, name);
  },
  async reset(env, name) {
    const run = await env.run(name, { faults: { hangAt: 'claims' } });
    await env.world.untilBegun(name, 'claims');
    await env.reset(run);
    env.world.letGo(name);
    await settled(env, name);
  },
  /** Everything was taken down by then, and its guard had gone: both begin anew. */
  async 'reset-when-gone'(env, name) {
    const run = await env.run(name);
    await settled(env, name);
    const { starts } = await env.progress(name);
    await env.reset(run, starts.find(({ stage }) => stage === 'run-claims')?.eventId);
    await settled(env, name);
  },
  async 'reset-in-unwind'(env, name) {
    const run = await env.run(name, { faults: { undoHangsAt: 'workload' } });
    await env.world.untilUndoing(name, 'workload');
    await env.reset(run, (await env.workflowTasks(run)).at(-1));
    env.world.letGo(name);
    await settled(env, name);
  },
  async 'held-retried'(env, name) {
    const searchAttributes = Object.keys(SEARCH_ATTRIBUTES);
    const faults: Faults = { failAt: 'claims', failTimes: 1 };
    const run = await env.run(name, { faults, limits: { holdMs: 60_000 }, searchAttributes });
    await env.untilHeld(name);
    await run.executeUpdate(retryStageUpdate, { args: [{ ...CLAIMS, changes: { mark: 'changed' } }] });
    await settled(env, name);
  },
  async 'held-extended'(env, name) {
    const limits = { holdMs: 60_000, neededMs: 1_000, teardownDeadlineMs: 5_000 };
    const run = await env.run(name, { faults: { failAt: 'claims' }, limits, leaseSeconds: 30 });
    await env.untilHeld(name);
    await run.executeUpdate(extendHoldUpdate, { args: [{ ...CLAIMS, by: '10m' }] });
    await run.executeUpdate(tearDownUpdate, { args: [CLAIMS] });
    await settled(env, name);
  },
  async 'held-timed-out'(env, name) {
    await env.run(name, { faults: { failAt: 'warm-pool' }, limits: { holdMs: 500 } });
    await settled(env, name);
  },
  async 'held-cancelled'(env, name) {
    const run = await env.run(name, { faults: { failAt: 'cluster' }, limits: { holdMs: 60_000 } });
    await env.untilHeld(name);
    await run.cancel();
    await settled(env, name);
  },
  async skipped(env, name) {
    const run = await env.run(name, { faults: { failAt: 'claims' }, limits: { holdMs: 60_000 } });
    await env.untilHeld(name);
    await run.executeUpdate(skipStageUpdate, { args: [CLAIMS] });
    await settled(env, name);
  },
  /** Nobody takes it over. */
  async kept(env, name) {
    await env.run(name, { through: 'install-agent-sandbox', limits: { keepMs: 1_000 } });
    await settled(env, name);
  },
  async 'kept-and-reset'(env, name) {
    const run = await env.run(name, { limits: { keepMs: 2_000 } });
    await run.result();
    const { starts } = await env.progress(name);
    await env.reset(run, starts.find(({ stage }) => stage === 'run-claims')?.eventId);
    await settled(env, name);
  },
  async 'taken-over'(env, name) {
    const keeper = `keeper-of-${name}`;
    const first = await env.run(keeper, { through: 'create-cluster', limits: { keepMs: 600_000 } });
    await first.result();
    await env.run(name, { takeOver: keeper });
    await settled(env, name);
    await settled(env, keeper);
  },
  /** An undo that takes so long that a person should look. */
  async alarmed(env, name) {
    const searchAttributes = Object.keys(SEARCH_ATTRIBUTES);
    await env.run(name, {
      faults: { undoHangsAt: 'cluster' },
      limits: { undoAlarmMs: 200 },
      searchAttributes,
    });
    await env.untilAlarm(name, 'undo cluster');
    env.world.letGo(name);
    await settled(env, name);
  },
  async 'waited-for-guard'(env, name) {
    const first = await env.run(name, { faults: { hangAt: 'claims' } });
    await env.world.untilBegun(name, 'claims');
    await first.terminate('for the record');
    await env.run(name);
    await settled(env, name);
  },
};

/** Workflow ids of which an ending leaves a history. */
export function recordedIds(name: string): string[] {
  return name === 'invalid-spec' ? [name] : [name, guardWorkflowId(name)];
}
