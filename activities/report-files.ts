import { join } from 'node:path';
import { compressJournals } from '../src/load/journal-archive.ts';
import type { JournalFolder } from '../src/load/journal-archive.ts';
import type { WindowResult } from '../src/measure/window-result.ts';
import { renderMarkdown } from '../src/report/markdown.ts';
import type { ReportFiles, RunReport } from '../src/report/report.ts';
import { replaceFile } from '../src/system/replace-file.ts';

/** Where the files of a run go. */
export interface ReportPlace extends JournalFolder {
  host: string;
}

/** What the files are called when all goes well. */
export function plannedFiles({ host, folder }: ReportPlace, claims: string | null): ReportFiles {
  return {
    host,
    folder,
    report: join(folder, 'report.json'),
    markdown: join(folder, 'report.md'),
    claims,
    error: null,
  };
}

/** Compresses every claim's timeline; null where no claim of the run was journaled here. */
export async function archiveClaims(place: ReportPlace): Promise<string | null> {
  const target = join(place.folder, 'claims.jsonl.gz');
  const { claims } = await compressJournals(place, target);
  return claims === 0 ? null : target;
}

/** Where timelines are that this machine cannot reach, as a sentence; null where there are none. */
export function claimsElsewhere(windows: readonly WindowResult[], host: string): string | null {
  const away = windows.map(({ journal }) => journal).filter((journal) => journal.host !== host);
  if (away.length === 0) return null;
  return `the claims' timelines are elsewhere: ${away.map(({ host, path }) => `${path} on ${host}`).join(', ')}`;
}

/** Writes report.md, then report.json: whoever sees the latter finds all there is. */
export async function writeFiles(report: RunReport): Promise<void> {
  const { markdown, report: json } = report.files;
  if (markdown !== null) await replaceFile(markdown, renderMarkdown(report));
  if (json !== null) await replaceFile(json, `${JSON.stringify(report, null, 2)}\n`);
}
