import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { projectFiles, readProjectFile, ROOT } from '../architecture/project-files.ts';
import type { CellResult } from './run-cell.ts';

/** A cell's result, and what was tried. */
export interface RecordedResult extends CellResult {
  commit: string;
  /** Of the suite itself: a cell that was changed is another cell. */
  suite: string;
  at: string;
}

/** JSON lines, one a cell that was run; of one that was run again the last counts. */
export const RESULTS_FILE = join(ROOT, '.fault-matrix', 'results.jsonl');

/** What is being tried: the commit, marked where files differ from it, and a digest of the suite. */
export function underTest(): { commit: string; suite: string } {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', 'src', 'workflows', 'activities') !== '';
  const digest = createHash('sha256');
  const files = projectFiles().filter((path) => path.startsWith('test/matrix/'));
  for (const path of files.sort()) digest.update(`${path}\0${readProjectFile(path)}\0`);
  return {
    commit: `${git('rev-parse', '--short=10', 'HEAD')}${changed ? '+changes' : ''}`,
    suite: digest.digest('hex').slice(0, 10),
  };
}

export function record(result: RecordedResult): void {
  mkdirSync(dirname(RESULTS_FILE), { recursive: true });
  appendFileSync(RESULTS_FILE, `${JSON.stringify(result)}\n`);
}

/** The last result of each cell, by `row/place`. */
export function readResults(file = RESULTS_FILE): Map<string, RecordedResult> {
  const results = new Map<string, RecordedResult>();
  if (!existsSync(file)) return results;
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const result = JSON.parse(line) as RecordedResult;
    results.set(`${result.row}/${result.place}`, result);
  }
  return results;
}
