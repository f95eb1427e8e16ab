import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { EXIT_BAD_INPUT, EXIT_CODES, EXIT_TEMPORAL_UNREACHABLE } from '../../src/domain/outcomes.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { explicitVariable } from '../../src/toolchain/look-up.ts';
import { PROGRAMS } from '../../src/toolchain/programs.ts';
import { ROOT, projectFiles, readProjectFile, sourcesUnder } from '../architecture/project-files.ts';
import { codeBlocks, localLinks, rowsWithNumber, sectionOf } from './markdown.ts';

const readme = readProjectFile('README.md');
const operations = readProjectFile('docs/operations.md');
const pages = projectFiles().filter((path) => path.endsWith('.md'));

/** Marks that sandtide sets on what it starts, to find it again; nobody is to set them. */
const MARKS = ['SANDTIDE_CLUSTER'];

describe('the docs', () => {
  it('link to files that are there', () => {
    for (const page of pages) {
      for (const target of localLinks(readProjectFile(page)))
        assert.ok(existsSync(join(ROOT, dirname(page), target)), `${page} links to ${target}`);
    }
  });

  it('name npm scripts that are there', () => {
    const { scripts } = JSON.parse(readProjectFile('package.json')) as { scripts: Record<string, string> };
    for (const page of pages) {
      for (const [, name = ''] of readProjectFile(page).matchAll(/npm run ([a-z][a-z:-]*)/g))
        assert.ok(name in scripts, `${page}: npm run ${name}`);
    }
  });

  it('name every variable of ours that the code reads, and no other', () => {
    const inCode = new Set(
      [...sourcesUnder(['src', 'activities', 'workflows']).values()].flatMap(
        (source) => source.match(/(?<=env(?:\.|\[')|= ')SANDTIDE_[A-Z_]+/g) ?? [],
      ),
    );
    const inDocs = new Set(operations.match(/(?<=^\| .*`)SANDTIDE_[A-Z_]+(?=`)/gm));
    for (const program of PROGRAMS) inDocs.delete(explicitVariable(program));
    for (const mark of MARKS) inCode.delete(mark);
    assert.deepEqual(inDocs, inCode);
  });
});

describe('README.md', () => {
  it('gives the test command that .ci/run reads from it and runs', () => {
    const [first] = codeBlocks(sectionOf(readme, '## Tests'));
    assert.deepEqual(first, { language: 'sh', text: 'npm ci && npm test\n' });
    assert.match(readProjectFile('.ci/run'), /\/\^## Tests\$\/.*\n.*bash -c "\$test_command"/s);
  });

  it('shows the example spec, shortened to one that still is a spec', () => {
    const [block] = codeBlocks(sectionOf(readme, '## The spec, by example'));
    assert.equal(block?.language, 'yaml');
    const shown = parse(block?.text ?? '') as object;
    resolveSpec(shown);
    assert.partialDeepStrictEqual(parse(readProjectFile('examples/smoke.yaml')), shown);
  });

  it('tells the exit codes that the commands give', () => {
    const codes = Object.fromEntries(
      rowsWithNumber(readme, 2).map(([, outcome = '', code]) => [outcome.replaceAll('`', ''), Number(code)]),
    );
    for (const [outcome, code] of Object.entries(EXIT_CODES)) assert.equal(codes[outcome], code, outcome);
    const all = new Set([...Object.values(EXIT_CODES), EXIT_BAD_INPUT, EXIT_TEMPORAL_UNREACHABLE]);
    assert.deepEqual(new Set(rowsWithNumber(readme, 2).map((cells) => Number(cells[2]))), all);
    assert.deepEqual(new Set(rowsWithNumber(operations, 0).map((cells) => Number(cells[0]))), all);
  });
});
