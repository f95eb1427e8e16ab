import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT, sourcesUnder } from '../architecture/project-files.ts';

/** Acts when it is loaded: it is the command line. */
const MAIN = 'src/cli.ts';

describe('every module', () => {
  it('loads: what the compiler takes for a named export of a CommonJS package may not be one', async () => {
    const paths = [...sourcesUnder(['src', 'activities', 'workflows']).keys()].filter(
      (path) => path !== MAIN,
    );
    await Promise.all(paths.map((path) => import(join(ROOT, path))));
  });
});
