import { MockActivityEnvironment } from '@temporalio/testing';
import type { Client } from '@temporalio/client';
import type { Info } from '@temporalio/activity';
import { SILENT } from './silent.ts';

/** An activity's surroundings without a worker; Temporal itself is asked through `client`, where one is given. */
export function activityEnvironment(info: Partial<Info> = {}, client?: Client): MockActivityEnvironment {
  return new MockActivityEnvironment(info, { logger: SILENT, ...(client === undefined ? {} : { client }) });
}

/** Calls an activity in those surroundings: `runActivity(env, () => activities.isRunOpen({ plan }))`. */
export function runActivity<Result>(
  environment: MockActivityEnvironment,
  call: () => Promise<Result>,
): Promise<Result> {
  return environment.run<[], Result, typeof call>(call);
}
