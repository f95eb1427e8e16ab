import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkflowNotFoundError } from '@temporalio/client';
import { Command } from 'commander';
import { ConflictError } from '../domain/errors.ts';
import { EXIT_CODES } from '../domain/outcomes.ts';
import { reportFolder } from '../report/report-folder.ts';
import type { RunReport } from '../report/report.ts';
import { renderTerminal } from '../report/terminal.ts';
import { withTemporal } from '../system/temporal.ts';
import { progressQuery } from '../../workflows/messages.ts';
import { wantsColour } from './colour.ts';
import { addTemporalOptions, outputOption } from './options.ts';
import { laterLife } from './later-life.ts';
import { noSuchRun } from './no-such-run.ts';

interface ReportOptions {
  address?: string;
  namespace?: string;
  folder: string;
  output: 'text' | 'json' | 'markdown' | 'html' | 'junit' | 'pkb';
}

/** `sandtide report RUN`: the report of a run that has ended, from its folder or from Temporal. */
export function reportCommand(): Command {
  return addTemporalOptions(new Command('report'))
    .description('Show the report of a run that has ended')
    .argument('<run>', 'name of the run')
    .option('--folder <path>', 'where the worker writes reports', 'runs')
    .addOption(outputOption('text', 'json', 'markdown', 'html', 'junit', 'pkb'))
    .action(async (runName: string, options: ReportOptions) => {
      const filed = await fromFolder(options.folder, runName);
      const later = filed === null ? null : await laterLife(options, filed);
      if (later !== null) process.stderr.write(`${later}\n`);
      const report = filed ?? (await fromTemporal(options, runName));
      process.stdout.write(`${await render(report, options)}\n`);
      process.exitCode = EXIT_CODES[report.outcome];
    });
}

/** What only one form needs is loaded for it alone: a DOM and charts would make every other command start later. */
async function render(report: RunReport, { output, folder }: ReportOptions): Promise<string> {
  switch (output) {
    case 'html': {
      const { renderHtml } = await import('../report/html/page.ts');
      const { curvesIn } = await import('./curves-in.ts');
      return renderHtml(report, await curvesIn(reportFolder(folder, report.runName)));
    }
    case 'junit': {
      const { renderJunit } = await import('../report/junit.ts');
      return renderJunit(report);
    }
    case 'pkb': {
      const { pkbReport } = await import('./pkb-report.ts');
      return pkbReport(report, folder);
    }
    case 'json':
      return JSON.stringify(report, null, 2);
    case 'markdown': {
      const { renderMarkdown } = await import('../report/markdown.ts');
      return renderMarkdown(report);
    }
    case 'text':
      return renderTerminal(report, {
        colour: wantsColour(process.stdout),
        width: process.stdout.columns ?? 80,
      });
  }
}

async function fromFolder(folder: string, runName: string): Promise<RunReport | null> {
  try {
    return JSON.parse(
      await readFile(join(reportFolder(folder, runName), 'report.json'), 'utf8'),
    ) as RunReport;
  } catch {
    return null; // written on another machine, or not yet
  }
}

function notEnded(runName: string): ConflictError {
  return new ConflictError({
    object: `run ${runName}`,
    what: 'it has no report yet',
    next: `see how it stands with \`sandtide status ${runName}\``,
  });
}

async function fromTemporal(options: ReportOptions, runName: string): Promise<RunReport> {
  try {
    return await withTemporal(options, async (client) => {
      const { report } = await client.workflow.getHandle(runName).query(progressQuery);
      if (report === null) throw notEnded(runName);
      return report as RunReport;
    });
  } catch (error) {
    throw error instanceof WorkflowNotFoundError ? noSuchRun(runName) : error;
  }
}
