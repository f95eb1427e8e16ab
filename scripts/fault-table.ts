import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../test/architecture/project-files.ts';
import { readResults, RESULTS_FILE } from '../test/matrix/results.ts';
import { ROWS } from '../test/matrix/rows.ts';
import { matrixMarkdown, TABLE_BEGIN, TABLE_END } from '../test/matrix/table.ts';

/** `npm run test:faults:table`: what `npm run test:faults` has recorded, as the table in docs/operations.md. */
const page = join(ROOT, 'docs/operations.md');
const text = readFileSync(page, 'utf8');
const [before, rest] = text.split(TABLE_BEGIN);
const [, after] = rest?.split(TABLE_END) ?? [];
if (before === undefined || after === undefined) throw new Error(`${page} has no place for the table`);
const table = matrixMarkdown(ROWS, readResults(process.argv[2] ?? RESULTS_FILE));
writeFileSync(page, `${before}${TABLE_BEGIN}\n\n${table}\n\n${TABLE_END}${after}`);
