import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forbiddenImports } from './check-imports.ts';
import { importMapTable } from './import-map.ts';
import { readProjectFile, sourcesUnder } from './project-files.ts';

describe('the import map', () => {
  it('holds for every file of the sources', () => {
    const files = sourcesUnder(['src', 'workflows', 'activities']);
    assert.ok(files.size > 100, `only ${files.size} files were looked at`);
    assert.deepEqual(forbiddenImports(files), []);
  });

  it('stands in docs/design.md as it is enforced', () => {
    assert.ok(readProjectFile('docs/design.md').includes(importMapTable()), importMapTable());
  });
});

describe('the check of the import map', () => {
  const caught: [what: string, path: string, source: string][] = [
    ['the domain that imports another layer', 'src/domain/a.ts', "import { b } from '../spec/b.ts';"],
    ['the domain that uses Node', 'src/domain/a.ts', "import { join } from 'node:path';"],
    ['the domain that uses a package', 'src/domain/a.ts', "import { z } from 'zod';"],
    ['Node in a workflow', 'workflows/a.ts', "import { readFileSync } from 'node:fs';"],
    ['Node without its prefix in a workflow', 'workflows/a.ts', "import fs from 'fs';"],
    ['a value of the activities in a workflow', 'workflows/a.ts', "import { b } from '../activities/b.ts';"],
    ['a side effect in a workflow', 'workflows/a.ts', "import '../src/system/b.ts';"],
    ['one value beside a type', 'workflows/a.ts', "import { type B, c } from '../src/spec/b.ts';"],
    ['a re-export', 'src/measure/a.ts', "export { b } from '../load/b.ts';"],
    ['a re-export of everything', 'src/measure/a.ts', "export * from '../load/b.ts';"],
    ['another workflow file in an activity', 'activities/a.ts', "import { b } from '../workflows/b.ts';"],
    ['an activity that reaches the command line', 'activities/a.ts', "import { b } from '../src/cli/b.ts';"],
    ['the worker in every command', 'src/cli/a.ts', "import { b } from '../worker.ts';"],
    ['a lazy import of what is not allowed', 'src/load/a.ts', "await import('../providers/b.ts');"],
    ['a lazy import of something computed', 'src/cli/a.ts', 'await import(name);'],
    [
      'a type of a layer that may not be known',
      'src/kubernetes/a.ts',
      "import type { B } from '../load/b.ts';",
    ],
    ['a package of another layer', 'src/load/a.ts', "import { request } from 'undici';"],
    ['a layer that nobody has thought about', 'src/utils/a.ts', "import { join } from 'node:path';"],
  ];
  for (const [what, path, source] of caught) {
    it(`catches ${what}`, () => {
      assert.equal(forbiddenImports(new Map([[path, source]])).length, 1);
    });
  }

  const allowed: [what: string, path: string, source: string][] = [
    [
      'a type of the activities in a workflow',
      'workflows/a.ts',
      "import type { B } from '../activities/b.ts';",
    ],
    ['inline types alone', 'workflows/a.ts', "import { type B } from '../src/spec/b.ts';"],
    ['the messages in an activity', 'activities/a.ts', "import { b } from '../workflows/messages.ts';"],
    ['the worker at the moment of need', 'src/cli/a.ts', "await import('../worker.ts');"],
    ['a file of the same layer', 'src/sandbox/kubernetes/a.ts', "import { b } from '../registry.ts';"],
    ['the types of a package', 'src/domain/a.ts', "import type { Duration } from '@temporalio/common';"],
    ['a part of a listed package', 'src/system/a.ts', "import { b } from '@temporalio/common/lib/time.js';"],
    [
      'an import in a comment',
      'src/domain/a.ts',
      "// import { z } from 'zod';\nexport const a = `import 'x'`;",
    ],
  ];
  for (const [what, path, source] of allowed) {
    it(`lets ${what} pass`, () => {
      assert.deepEqual(forbiddenImports(new Map([[path, source]])), []);
    });
  }
});
