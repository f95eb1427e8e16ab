import { join } from 'node:path';
import { timelinesIn } from '../src/load/journal-archive.ts';
import { ClaimRecords } from '../src/pkb/claim-records.ts';
import { pkbSamples } from '../src/pkb/samples.ts';
import { samplesCsv, samplesJsonLines } from '../src/pkb/write-samples.ts';
import type { RunReport } from '../src/report/report.ts';
import { replaceFile } from '../src/system/replace-file.ts';
import type { ReportPlace } from './report-files.ts';

/** Each takes some 24 bytes while percentiles are worked out; beyond this the histograms have to do. */
const MOST_RECORDS = 5_000_000;

/** Writes the run as PerfKitBenchmarker's samples, where there is anything to tell. */
export async function writePkbSamples(place: ReportPlace, report: RunReport): Promise<void> {
  if (report.claims === null || report.claims.submitted === 0) return;
  const samples = pkbSamples(report, await recordsOf(place, report.claims.submitted));
  await replaceFile(join(place.folder, 'pkb-samples.jsonl'), samplesJsonLines(samples));
  await replaceFile(join(place.folder, 'pkb-samples.csv'), samplesCsv(samples));
}

/** Every claim that was sent, or null where not every timeline is in reach of this machine. */
async function recordsOf(place: ReportPlace, submitted: number): Promise<ClaimRecords | null> {
  if (submitted > MOST_RECORDS) return null;
  const records = new ClaimRecords();
  for await (const { timeline } of timelinesIn(place)) {
    place.signal.throwIfAborted();
    records.add(timeline);
  }
  return records.submitted === submitted ? records : null;
}
