import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { UnworkableError } from '../domain/errors.ts';
import type { ClaimTimeline } from '../measure/window-result.ts';
import { reportFolder } from '../report/report-folder.ts';
import type { RunReport } from '../report/report.ts';
import { REPORT_VERSION } from '../report/report.ts';
import { gunzipped } from '../system/gunzipped.ts';

/** A run that has ended, with what became of each claim. */
export interface ReadRun {
  /** As the user named it. */
  name: string;
  report: RunReport;
  /** In the order in which they fell due. */
  claims: ClaimTimeline[];
}

/**
 * Reads a run by its name, its folder, or its report.json; claims lie beside the report, wherever that was put. Throws
 * UnworkableError where one of the two can't be read.
 */
export async function readRun(name: string, folder: string): Promise<ReadRun> {
  const path = await reportPath(name, folder);
  const report = await readReport(path);
  const claims = await readClaims(join(dirname(path), 'claims.jsonl.gz'));
  return { name, report, claims };
}

async function reportPath(name: string, folder: string): Promise<string> {
  const places = [name, join(name, 'report.json'), join(reportFolder(folder, name), 'report.json')];
  for (const path of places) {
    const found = await stat(path).catch(() => null);
    if (found?.isFile() === true) return path;
  }
  throw unreadable(
    `run ${name}`,
    `there is no ${places.at(-1)}`,
    'name a run, its folder or its report.json, or say --folder',
  );
}

async function readReport(path: string): Promise<RunReport> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, messageOf(error), 'look at its rights');
  });
  try {
    const report = JSON.parse(text) as RunReport | null;
    if (report?.reportVersion === REPORT_VERSION && typeof report.spec === 'object') return report;
  } catch {
    // Said below.
  }
  throw unreadable(path, `it is no report of version ${REPORT_VERSION}`, 'give the report.json of a run');
}

async function readClaims(path: string): Promise<ClaimTimeline[]> {
  const claims: ClaimTimeline[] = [];
  try {
    for await (const line of createInterface({ input: gunzipped(path) })) {
      if (line !== '') claims.push(JSON.parse(line) as ClaimTimeline);
    }
  } catch (error) {
    throw unreadable(
      path,
      messageOf(error),
      "a comparison needs every claim's timeline: copy it beside the report",
    );
  }
  if (claims.length === 0) throw unreadable(path, 'it holds no claim', 'compare runs that sent some');
  return claims.sort((one, other) => one.dueMs - other.dueMs);
}

function unreadable(object: string, what: string, next: string): UnworkableError {
  return new UnworkableError({ object, what, next });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
