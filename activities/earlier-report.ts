import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { OWNER_PATTERN } from '../src/domain/names.ts';
import type { Owner } from '../src/domain/names.ts';
import type { RunReport } from '../src/report/report.ts';

/** Where reports go that a later run of the same name would replace. */
const EARLIER = 'earlier';
/** report.json goes last: whoever comes after one that was cut off still sees whose the others are. */
const FILES = [
  'report.md',
  'report.html',
  'junit.xml',
  'pkb-samples.jsonl',
  'pkb-samples.csv',
  'claims.jsonl.gz',
  'evidence',
  'report.json',
];

/**
 * Puts the report of another run of this name, in all its forms, its evidence and its claims' timelines into
 * `earlier/<end>-<owner>/`.
 * The run's own report, of an attempt before or of a life before a reset, is left to be replaced. Done twice, it has
 * the effect of once.
 */
export async function keepEarlierReport(folder: string, owner: Owner): Promise<void> {
  const found = await reportIn(folder);
  if (found === null || found.owner === owner) return;
  const kept = join(folder, EARLIER, `${found.endedAt.replace(/[-:]|\.\d+/g, '')}-${found.owner}`);
  await mkdir(kept, { recursive: true });
  for (const name of FILES) {
    await rename(join(folder, name), join(kept, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** Whose report is there; null where there is none that tells. */
async function reportIn(folder: string): Promise<Pick<RunReport, 'owner' | 'endedAt'> | null> {
  try {
    const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Partial<RunReport>;
    const { owner = '', endedAt = '' } = report;
    // Both become part of a path.
    return OWNER_PATTERN.test(owner) && /^[0-9T:.Z-]+$/.test(endedAt) ? { owner, endedAt } : null;
  } catch {
    return null;
  }
}
