import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { readSpecFile } from '../src/spec/read-file.ts';
import { specJsonSchema } from '../src/spec/schema-node.ts';
import { pkbMarkdown } from './pkb-markdown.ts';
import { specMarkdown } from './spec-markdown.ts';

/** Everything in the repository that is made from the spec's schema and the examples: content by path. */
export async function generatedFiles(root: string): Promise<Map<string, string>> {
  const smoke = join(root, 'examples/smoke.yaml');
  const style = await resolveConfig(join(root, 'docs/spec.md'));
  const json = (value: unknown) => format(JSON.stringify(value), { ...style, parser: 'json' });
  const markdown = specMarkdown(await readFile(smoke, 'utf8'));
  return new Map([
    ['docs/spec.md', await format(markdown, { ...style, parser: 'markdown' })],
    ['docs/pkb.md', await format(pkbMarkdown(), { ...style, parser: 'markdown' })],
    ['spec.schema.json', await json(publishedSchema())],
    // The Temporal CLI's --input-file takes JSON alone.
    ['examples/smoke.json', await json((await readSpecFile(smoke)).input)],
  ]);
}

/** The schema for editors, with a title. */
function publishedSchema(): unknown {
  return { title: 'A run of sandtide', description: 'See docs/spec.md.', ...specJsonSchema };
}
