import { count, plural } from './figures.ts';
import type { RunReport } from './report.ts';

/** What was kept of a failed run, and what could not be; the folder itself is told beside it. Null where there is none. */
export function evidenceNote({ evidence }: Pick<RunReport, 'evidence'>): string | null {
  if (evidence === null) return null;
  const { files, problems } = evidence;
  const kept = files.length === 0 ? 'none' : `${count(files.length)} files from before the teardown`;
  if (problems.length === 0) return kept;
  return `${kept}; ${plural(problems.length, 'thing')} could not be had: ${problems.join('; ')}`;
}
