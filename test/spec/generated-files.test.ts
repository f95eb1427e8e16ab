import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { generatedFiles } from '../../scripts/generated-files.ts';
import { pathText } from '../../src/spec/quote.ts';
import { schemaPlaces } from '../../src/spec/schema-node.ts';

const ROOT = join(import.meta.dirname, '../..');
const files = await generatedFiles(ROOT);

describe('what is made from the schema is up to date (else: node scripts/generate-spec-docs.ts)', () => {
  for (const [path, content] of files) {
    it(path, async () => assert.equal(await readFile(join(ROOT, path), 'utf8'), content));
  }
});

describe('the schema', () => {
  for (const { path, node } of schemaPlaces()) {
    it(`says what ${pathText(path)} is`, () => {
      assert.match(node.description ?? '', /\.$/, 'a sentence');
    });
  }
});

describe('docs/spec.md', () => {
  const page = files.get('docs/spec.md') ?? '';

  it('has a row for each key, below the heading of what holds it', () => {
    for (const { path } of schemaPlaces()) {
      const holder = path.slice(0, -1).join('.');
      const heading = holder === '' ? '## The document' : `## \`${holder}\``;
      const sections = page.split(/\n(?=## )/).filter((each) => each.startsWith(heading));
      const has = sections.some((section) => section.includes(`| \`${path.at(-1)}\``));
      assert.ok(has, `${pathText(path)} under ${heading}`);
    }
  });

  it('links to headings that are there', () => {
    const anchors = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) =>
      (title ?? '')
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor]) => anchor ?? '');
    assert.ok(links.length > 5);
    assert.deepEqual(
      links.filter((link) => !anchors.includes(link)),
      [],
    );
  });
});

describe('spec.schema.json', () => {
  const text = files.get('spec.schema.json') ?? '';

  it('refuses unknown keys in each object, so that an editor shows a slip', () => {
    const objects = (text.match(/"properties": \{/g) ?? []).length;
    assert.ok(objects > 5);
    assert.equal((text.match(/"additionalProperties": false/g) ?? []).length, objects);
  });
});
