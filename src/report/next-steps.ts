import { guardWorkflowId } from '../domain/names.ts';
import { shellWord } from '../domain/shell-word.ts';
import type { RunReport } from './report.ts';

/** What a person may want to do now, and the command for it. */
export interface NextStep {
  why: string;
  command: string;
}

/** What to type next, the most urgent first. */
export function nextSteps(report: RunReport): NextStep[] {
  const { workflowId, outcome, namespace } = report;
  const where = namespace === 'default' ? '' : ` --namespace ${shellWord(namespace)}`;
  const run = shellWord(report.runName);
  const guard = shellWord(guardWorkflowId(workflowId));
  const folder =
    report.spec.report.folder === 'runs' ? '' : ` --folder ${shellWord(report.spec.report.folder)}`;
  const readAgain = {
    why: 'read all of this report',
    command: `sandtide report ${run} --output markdown${folder}`,
  };
  const everyAttempt = {
    why: 'see every attempt and its error',
    command: `temporal workflow show --workflow-id ${shellWord(workflowId)}${where}`,
  };
  const again = { why: 'run it again', command: 'sandtide run SPEC' };
  switch (outcome) {
    case 'passed':
    case 'thresholds-missed':
      return [...keptSteps(report), readAgain];
    case 'cancelled':
      return [again, readAgain];
    case 'failed':
      return [
        ...keptSteps(report),
        ...evidence(report),
        everyAttempt,
        {
          why: 'begin again with what failed, once that is mended',
          command: `sandtide retry ${run}`,
        },
        { ...again, why: 'or run it anew' },
        readAgain,
      ];
    case 'cleanup-incomplete':
      return [
        {
          // By owner: other runs may have had the same name.
          why: 'take down what is left; works without Temporal too',
          command: `sandtide teardown ${report.owner} --provider ${shellWord(report.spec.provider.type)}`,
        },
        {
          why: 'or leave it to its guard, which tries every hour: see how far it is',
          command: `temporal workflow query --workflow-id ${guard} --type watched${where}`,
        },
        {
          why: 'see why an undo failed',
          command: everyAttempt.command,
        },
        ...evidence(report),
        readAgain,
      ];
  }
}

/** What to do with a cluster that is kept. */
function keptSteps({ kept, owner, runName }: RunReport): NextStep[] {
  if (kept === null) return [];
  return [
    {
      why: `go on with the kept cluster: a spec with takeOver: ${JSON.stringify(runName)}`,
      command: 'sandtide run SPEC',
    },
    {
      why: 'or take it down now',
      command: `sandtide teardown ${owner} --provider ${shellWord(kept.provider)}`,
    },
  ];
}

/** What tells most about a run that failed: what was not ready in its cluster, or else the list of what was kept. */
function evidence({ evidence }: RunReport): NextStep[] {
  const { folder = null, files = [] } = evidence ?? {};
  if (folder === null) return [];
  const open = (name: string) => `less ${shellWord(`${folder}/${name}`)}`;
  return files.some(({ name }) => name === 'unready.txt')
    ? [{ why: 'see what was not ready when it failed', command: open('unready.txt') }]
    : [{ why: 'see what was kept of it', command: open('contents.txt') }];
}
