import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generatedFiles } from './generated-files.ts';

/** `node scripts/generate-spec-docs.ts`: writes docs/spec.md, docs/pkb.md, spec.schema.json and examples/smoke.json anew. */
const root = join(import.meta.dirname, '..');
for (const [path, content] of await generatedFiles(root)) {
  await writeFile(join(root, path), content);
  console.log(path);
}
