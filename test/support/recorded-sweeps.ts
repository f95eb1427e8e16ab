import { PermissionDeniedError } from '../../src/domain/errors.ts';
import { RUN_TASK_QUEUE, SANDTIDE_SWEEP } from '../../workflows/messages.ts';
import { ownedCluster, RecordingProvider } from './recording-provider.ts';
import type { SweepEnvironment } from './sweep-environment.ts';
import { until } from './until.ts';

/** One way for a sweep to end; returns when it has. Its key is the workflow id. Not to be played beside another. */
export type PlaySweep = (env: SweepEnvironment, workflowId: string) => Promise<void>;

const three = () => new RecordingProvider([1, 2, 3].map((each) => ownedCluster(each)));

const start = (env: SweepEnvironment, workflowId: string, request: unknown) =>
  env.client.workflow.start(SANDTIDE_SWEEP, { workflowId, taskQueue: RUN_TASK_QUEUE, args: [request] });

const ended = async (env: SweepEnvironment, workflowId: string, request: unknown): Promise<void> => {
  const sweep = await start(env, workflowId, request);
  await sweep.result().catch(() => undefined);
};

/** Every kind of ending of a sweep. */
export const SWEEPS: Readonly<Record<string, PlaySweep>> = {
  async 'sweep-dry'(env, id) {
    env.with(three());
    await ended(env, id, {});
  },
  /** One is removed, one is in use, one is protected. */
  async 'sweep-applied'(env, id) {
    env.with(three(), { '0000000002': 'open' });
    await ended(env, id, { apply: true, protect: ['run-3'] });
  },
  /** Removing one works at the second try only, and another never. */
  async 'sweep-half'(env, id) {
    const provider = env.with(three());
    provider.removeFailures.set('st-run-2-0000000002', 1);
    const never = new PermissionDeniedError({ object: 'the cloud', what: 'may not delete', next: 'ask' });
    provider.removeErrors.set('st-run-1-0000000001', never);
    await ended(env, id, { apply: true });
  },
  /** The provider can't be asked. */
  async 'sweep-blind'(env, id) {
    env.with(three()).listFailures = 1;
    await ended(env, id, { apply: true });
  },
  async 'sweep-cancelled'(env, id) {
    const provider = env.with(three());
    const { promise, resolve } = Promise.withResolvers<void>();
    provider.hold = promise;
    const sweep = await start(env, id, { apply: true });
    await until('the removals', () => provider.removals === 3);
    await sweep.cancel();
    await sweep.result().catch(() => undefined);
    resolve();
  },
  async 'sweep-refused'(env, id) {
    env.with(three());
    await ended(env, id, { apply: true, protekt: ['run-1'] });
  },
};
