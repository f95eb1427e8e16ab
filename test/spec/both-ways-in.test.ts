import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { parseDocument } from '../../src/spec/parse-document.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { findings, nearlySpecs } from './spec-samples.ts';

/** As `sandtide run` reads it from a file. */
const fromFile = (text: string) =>
  findings(() => {
    const read = parseDocument(text, 'spec.yaml', false);
    return resolveSpec(read.input, read);
  });
/** As the worker gets it from the Temporal CLI. */
const fromTemporal = (json: string) => findings(() => resolveSpec(JSON.parse(json)));

describe('a file and the Temporal CLI give the same findings', () => {
  const documents = {
    'an unknown key and a wrong value': '{"load": {"qsp": 1, "duration": 3}, "provider": {"type": "gke"}}',
    'figures that disagree': '{"load": {"qps": 1, "duration": "10s", "total": 3}}',
    'a lease that is too short': '{"load": {"qps": 1, "duration": "10s"}, "limits": {"lease": "1m"}}',
    'keys of every object': '{"__proto__": {"a": 1}, "load": {"qps": 1, "total": 1, "hasOwnProperty": 1}}',
    'a release that is not pinned': '{"agentSandbox": {"version": "v0.4.6"}, "load": {"qps": 1}}',
    'no mapping': '[1, 2]',
    null: 'null',
    'numbers beyond all bounds': '{"load": {"qps": 1e999, "total": 123456789012345678901234567890}}',
  };
  for (const [what, json] of Object.entries(documents)) {
    it(what, () => assert.deepEqual(fromFile(json), fromTemporal(json)));
  }
});

test('whatever is wrong with a spec, both ways in say the same', () => {
  fc.assert(
    fc.property(nearlySpecs, (spec) => {
      const json = jsonOrNull(spec);
      fc.pre(json !== null && !accepted(json));
      assert.deepEqual(fromFile(json), fromTemporal(json));
    }),
  );
});

function jsonOrNull(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return null; // cycles and bigints can't be sent
  }
}

function accepted(json: string): boolean {
  try {
    resolveSpec(JSON.parse(json));
    return true;
  } catch {
    return false;
  }
}
