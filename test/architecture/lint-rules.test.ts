import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { execa } from 'execa';
import { ROOT } from './project-files.ts';

/** Each rule that matters most, with code that breaks it. A linter that skips a rule says nothing at all. */
const FAULTS: [rule: string, path: string, source: string][] = [
  [
    'no-floating-promises',
    'src/floating.ts',
    'async function act(): Promise<void> {}\nexport function start(): void {\n  act();\n}\n',
  ],
  [
    'no-misused-promises',
    'src/misused.ts',
    'async function isReady(): Promise<boolean> {\n  return true;\n}\nexport const a = isReady() ? 1 : 2;\n',
  ],
  [
    'switch-exhaustiveness-check',
    'src/switch.ts',
    "export function f(state: 'done' | 'failed'): number {\n  switch (state) {\n    case 'done':\n      return 1;\n  }\n  return 0;\n}\n",
  ],
  ['no-cycle', 'src/circle-a.ts', "import { b } from './circle-b.ts';\nexport const a = () => b();\n"],
  [
    'no-cycle',
    'src/circle-b.ts',
    "import { a } from './circle-a.ts';\nexport const b = (): unknown => a();\n",
  ],
  ['no-default-export', 'src/default.ts', 'export default 1;\n'],
  ['no-explicit-any', 'src/any.ts', 'export const a: any = 1;\n'],
  [
    'consistent-type-imports',
    'src/type-import.ts',
    "import { Only } from './only.ts';\nexport const a: Only = 1;\n",
  ],
  ['no-console', 'src/console.ts', "console.log('a');\n"],
];

describe('the linter', () => {
  let found: { rule: string; path: string }[] = [];

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandtide-lint-'));
    try {
      await mkdir(join(folder, 'src'));
      for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json'])
        await cp(join(ROOT, file), join(folder, file));
      await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
      await writeFile(join(folder, 'src/only.ts'), 'export type Only = number;\n');
      for (const [, path, source] of FAULTS) await writeFile(join(folder, path), source);
      found = await lint(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  for (const [rule, path] of FAULTS) {
    it(`finds ${rule} in ${path}`, () => {
      assert.ok(
        found.some((finding) => finding.rule === rule && finding.path === path),
        JSON.stringify(found, null, 2),
      );
    });
  }
});

async function lint(folder: string): Promise<{ rule: string; path: string }[]> {
  const { stdout } = await execa('oxlint', ['--type-aware', '--format', 'json', 'src'], {
    cwd: folder,
    preferLocal: true,
    localDir: dirname(import.meta.dirname),
    reject: false, // it finds faults, as it should
  });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  return diagnostics.map(({ code, filename }) => ({
    rule: code.replace(/^.*\((.*)\)$/, '$1'),
    path: filename,
  }));
}
