import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { commentedSpec } from '../../src/spec/commented-spec.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { PROVIDER_TYPES } from '../../src/spec/schema.ts';

/** The document with the sign taken off each line of a setting; comments in words stay. */
function uncommented(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/^# (?= *([\w./-]+:( |$)|- ))/, ''))
    .join('\n');
}

describe('a spec to begin with', () => {
  for (const type of PROVIDER_TYPES) {
    it(`for ${type} is one that sandtide takes as it is`, () => {
      const document = parse(commentedSpec(type, './spec.schema.json')) as { provider: { type: string } };
      assert.equal(document.provider.type, type);
      resolveSpec(document);
    });

    it(`for ${type} means the same when all its defaults are uncommented`, () => {
      const text = commentedSpec(type, null);
      assert.deepEqual(resolveSpec(parse(uncommented(text))), resolveSpec(parse(text)));
    });
  }

  it('has every key of the schema with its words, and names the schema for editors', () => {
    const text = commentedSpec('local', './spec.schema.json');
    assert.match(text, /^# yaml-language-server: \$schema=\.\/spec\.schema\.json\n/);
    assert.match(text, /^# {3}lease: 2h # How long the run may own resources/m);
    assert.match(text, /^# When to stop waiting\.\n# limits:$/m);
  });
});
