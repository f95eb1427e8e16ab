import type { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor, LogMetadata } from '@temporalio/worker';
import { DefaultLogger } from '@temporalio/worker';
import type { Logger } from 'pino';
import { stageOfActivity } from '../../activities/stage-of.ts';
import { GUARD_SUFFIX } from '../domain/names.ts';
import { inLogContext } from '../system/log-context.ts';
import { RUN_GUARD } from '../../workflows/messages.ts';

/** What the SDK says of a line beside its message, that we name otherwise or leave out. */
const OURS_INSTEAD = new Set([
  ...[
    'workflowId',
    'workflowType',
    'runId',
    'workflowRunId',
    'namespace',
    'activityType',
    'activityId',
    'sdkComponent',
  ],
  ...['isLocal', 'error', 'taskToken'],
]);

/** The SDK's own lines, those of workflows and activities, and its native core's, as lines of our log. */
export function temporalLogger(logger: Logger): DefaultLogger {
  return new DefaultLogger('INFO', ({ level, message, meta = {} }) => {
    // The SDK tells of each start and stop; what workflows and activities of ours say is for people.
    if (level === 'INFO' && !['workflow', 'activity'].includes(String(meta['sdkComponent']))) return;
    logger[level === 'ERROR' ? 'error' : level === 'WARN' ? 'warn' : 'info'](lineOf(meta), message);
  });
}

/** `run`, `stage` and `activity` by our names, then whatever else the line brought. */
function lineOf(meta: LogMetadata): Record<string, unknown> {
  const { workflowId, workflowType, activityType, error, ...ids } = meta as Record<string, unknown>;
  const executionRunId = ids['runId'] ?? ids['workflowRunId'];
  const rest = Object.entries(meta).filter(([key]) => !OURS_INSTEAD.has(key));
  return {
    ...(typeof workflowId === 'string' ? { run: runOf(workflowId, workflowType) } : {}),
    ...(typeof activityType === 'string' ? activityOf(activityType) : {}),
    ...(typeof workflowType === 'string' ? { workflow: workflowType } : {}),
    ...(typeof executionRunId === 'string' ? { executionRunId } : {}),
    ...Object.fromEntries(rest),
    ...(error instanceof Error ? { error: error.message } : {}),
  };
}

function activityOf(type: string): { stage?: string; activity: string } {
  const stage = stageOfActivity(type);
  return { ...(stage === null ? {} : { stage }), activity: type };
}

/** A guard speaks of the run that it guards. */
function runOf(workflowId: string, workflowType: unknown): string {
  return workflowType === RUN_GUARD ? workflowId.slice(0, -GUARD_SUFFIX.length) : workflowId;
}

/** Puts run, stage and activity on every line that is logged while an activity works, however deep below. */
export function contextOnLines(context: Context): ActivityInboundCallsInterceptor {
  const { activityType, attempt, workflowExecution, workflowType } = context.info;
  const run = runOf(workflowExecution?.workflowId ?? 'none', workflowType);
  return {
    execute: (input, next) => inLogContext({ run, ...activityOf(activityType), attempt }, () => next(input)),
  };
}
