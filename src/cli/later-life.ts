import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { RunReport } from '../report/report.ts';
import { withTemporal } from '../system/temporal.ts';
import type { TemporalAddress } from '../system/temporal.ts';

/** A report on disk is to be had whatever becomes of Temporal, so nobody waits long for its word. */
const ANSWER_MS = 5_000;

type Reported = Pick<RunReport, 'runName' | 'namespace' | 'firstExecutionRunId' | 'endedAt'>;

/**
 * Whether Temporal knows of a later life of the run than the one that the report is about, in a sentence; null where
 * it doesn't, or doesn't answer.
 */
export async function laterLife(given: TemporalAddress, report: Reported): Promise<string | null> {
  try {
    const there = { ...given, namespace: given.namespace ?? report.namespace };
    return await withTemporal(there, async (client) => {
      const describe = () => client.workflow.getHandle(report.runName).describe();
      return said(report, await client.withDeadline(Date.now() + ANSWER_MS, describe));
    });
  } catch {
    return null;
  }
}

function said(
  { runName, firstExecutionRunId, endedAt }: Reported,
  { status, startTime, raw }: WorkflowExecutionDescription,
): string | null {
  const { firstRunId } = raw.workflowExecutionInfo ?? {};
  const another = (firstRunId ?? '') !== '' && firstRunId !== firstExecutionRunId;
  const open = status.name === 'RUNNING';
  // A run that has just written its report is open for a moment more.
  const later = startTime.getTime() > Date.parse(endedAt);
  if (!later || !(another || open)) return null;
  const is = open ? 'is open again' : 'has run again and ended';
  return `${runName} ${is}, since ${startTime.toISOString()}: this is the report of the life before, which ended at ${endedAt}; \`sandtide status ${runName}\` shows the later one`;
}
