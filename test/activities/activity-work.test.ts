import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'node:test';
import type { Info } from '@temporalio/activity';
import { ActivityCancellationDetails, ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { HeartbeatDetails } from '../../activities/activity-work.ts';
import { asActivity } from '../../activities/activity-work.ts';
import { ConflictError, UnavailableError } from '../../src/domain/errors.ts';
import type { Work } from '../../src/domain/work.ts';
import { activityEnvironment } from '../support/run-activity.ts';

interface Position {
  next: number;
}

/** An environment, and the heartbeats that went out. */
function environment(info: Partial<Info> = {}) {
  const env = activityEnvironment({ heartbeatTimeoutMs: 600, ...info });
  const beats: HeartbeatDetails<Position>[] = [];
  env.on('heartbeat', (details: HeartbeatDetails<Position>) => beats.push(structuredClone(details)));
  return { env, beats };
}

async function untilAborted({ signal }: Work): Promise<never> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  throw new ConflictError({ what: 'was cut off half-way', object: 'cluster', next: 'look again' });
}

describe('an activity', () => {
  it('heartbeats at once and then whether or not it reports anything', async () => {
    const { env, beats } = environment();
    await env.run(() =>
      asActivity(async () => {
        while (beats.length < 4) await sleep(5);
      }),
    );
    const seen = beats.length;
    assert.deepEqual(beats[0], { message: 'started', resume: null, live: null });
    await sleep(300); // more than one beat of the clock
    assert.equal(beats.length, seen, 'it goes on after its end');
  });

  it('sends what it reports, without secrets', async () => {
    const { env, beats } = environment();
    await env.run(() =>
      asActivity<void, Position>(async (work) => {
        work.progress('3 of 9, token: canary');
        work.position({ next: 4 }, { ready: 3 });
        work.progress('4 of 9');
      }),
    );
    assert.deepEqual(beats.slice(1), [
      { message: '3 of 9, token: [removed]', resume: null, live: null },
      { message: '3 of 9, token: [removed]', resume: { next: 4 }, live: { ready: 3 } },
      { message: '4 of 9', resume: { next: 4 }, live: { ready: 3 } },
    ]);
  });

  it('goes on where the attempt before stopped, and keeps its place until it has a new one', async () => {
    const before: HeartbeatDetails<Position> = { message: 'x', resume: { next: 4 }, live: { ready: 3 } };
    const { env, beats } = environment({ attempt: 2, heartbeatDetails: before });
    const started = await env.run(() =>
      asActivity<unknown, Position>(async ({ attempt, resume }) => ({ attempt, resume })),
    );
    assert.deepEqual(started, { attempt: 2, resume: { next: 4 } });
    assert.deepEqual(beats[0], { message: 'started', resume: { next: 4 }, live: null });
  });

  it('maps an error once', async () => {
    const { env } = environment();
    const body = () => Promise.reject(new UnavailableError({ what: 'is away', object: 'it', next: 'wait' }));
    await assert.rejects(
      env.run(() => asActivity(body)),
      (error) => {
        assert.ok(error instanceof ApplicationFailure);
        assert.equal(error.type, 'Unavailable');
        return true;
      },
    );
  });

  it('that finishes though it was cancelled has its result', async () => {
    const { env } = environment();
    const run = env.run(() => asActivity((work) => untilAborted(work).catch(() => 'done after all')));
    env.cancel();
    assert.equal(await run, 'done after all');
  });
});

describe('an activity that is told to stop ends as cancelled, whatever broke on the way', () => {
  const reasons: Record<string, ConstructorParameters<typeof ActivityCancellationDetails>[0]> = {
    CANCELLED: { cancelRequested: true },
    NOT_FOUND: { notFound: true },
    WORKER_SHUTDOWN: { workerShutdown: true },
  };
  for (const [reason, details] of Object.entries(reasons)) {
    it(`when it is ${reason}`, async () => {
      const { env } = environment();
      const run = env.run(() => asActivity(untilAborted));
      env.cancel(reason as 'CANCELLED', new ActivityCancellationDetails(details));
      await assert.rejects(run, (error) => {
        assert.ok(error instanceof CancelledFailure);
        assert.equal(error.message, reason);
        return true;
      });
    });
  }
});
