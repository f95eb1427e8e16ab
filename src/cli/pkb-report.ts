import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pkbSamples } from '../pkb/samples.ts';
import { samplesJsonLines } from '../pkb/write-samples.ts';
import { reportFolder } from '../report/report-folder.ts';
import type { RunReport } from '../report/report.ts';

/** The samples as the run's worker wrote them; where its folder is out of reach, those that the report gives. */
export async function pkbReport(report: RunReport, folder: string): Promise<string> {
  const file = join(reportFolder(folder, report.runName), 'pkb-samples.jsonl');
  const written = await readFile(file, 'utf8').catch(() => '');
  return (isOf(report, written) ? written : samplesJsonLines(pkbSamples(report, null))).trimEnd();
}

/** A run of the same name before this one may have left its samples there. */
function isOf({ owner }: RunReport, written: string): boolean {
  return written.includes(`"run_uri":${JSON.stringify(owner)}`);
}
