import { join } from 'node:path';
import { compressJournals } from '../src/load/journal-archive.ts';
import type { JournalFolder } from '../src/load/journal-archive.ts';
import type { WindowResult } from '../src/measure/window-result.ts';
import { ClaimCurvesBuilder } from '../src/report/html/claim-curves.ts';
import type { ClaimCurves } from '../src/report/html/claim-curves.ts';
import { renderJunit } from '../src/report/junit.ts';
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
    html: join(folder, 'report.html'),
    junit: join(folder, 'junit.xml'),
    claims,
    error: null,
  };
}

/** The claims of a run: their compressed timelines, and the curves of them that the page shows. */
export interface ClaimsArchive {
  path: string;
  curves: ClaimCurves | null;
}

/** Compresses every claim's timeline; null where no claim of the run was journaled here. */
export async function archiveClaims(place: ReportPlace): Promise<ClaimsArchive | null> {
  const path = join(place.folder, 'claims.jsonl.gz');
  const curves = new ClaimCurvesBuilder();
  const { claims } = await compressJournals(place, path, (claim) => curves.add(claim));
  return claims === 0 ? null : { path, curves: curves.result() };
}

/** Where timelines are that this machine cannot reach, as a sentence; null where there are none. */
export function claimsElsewhere(windows: readonly WindowResult[], host: string): string | null {
  const away = windows.map(({ journal }) => journal).filter((journal) => journal.host !== host);
  if (away.length === 0) return null;
  return `the claims' timelines are elsewhere: ${away.map(({ host, path }) => `${path} on ${host}`).join(', ')}`;
}

/** Writes all that is to be read, then report.json: whoever sees the latter finds all there is. */
export async function writeFiles(report: RunReport, curves: ClaimCurves | null): Promise<void> {
  const { markdown, html, junit, report: json } = report.files;
  if (markdown !== null) await replaceFile(markdown, renderMarkdown(report));
  if (html !== null) {
    const { renderHtml } = await import('../src/report/html/page.ts'); // brings the charts' library along
    await replaceFile(html, renderHtml(report, curves));
  }
  if (junit !== null) await replaceFile(junit, renderJunit(report));
  if (json !== null) await replaceFile(json, `${JSON.stringify(report, null, 2)}\n`);
}
