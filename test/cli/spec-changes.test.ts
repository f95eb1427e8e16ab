import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { specChanges } from '../../src/cli/spec-changes.ts';
import { InvalidSpecError } from '../../src/domain/errors.ts';

describe('--set', () => {
  it('not given changes nothing', () => {
    assert.equal(specChanges([]), undefined);
  });

  it('makes one document of places and values, numbers and truths read as what they are', () => {
    const settings = [
      'load.qps=5',
      'load.readyTimeout=30s',
      'agentSandbox.controller.image=a/b:c=d',
      'x=null',
    ];
    assert.deepEqual(specChanges(settings), {
      load: { qps: 5, readyTimeout: '30s' },
      agentSandbox: { controller: { image: 'a/b:c=d' } },
      x: null,
    });
  });

  it('takes the last of two values for one place', () => {
    assert.deepEqual(specChanges(['load.qps=5', 'load.qps=6']), { load: { qps: 6 } });
  });

  for (const setting of ['load.qps', '=5', 'load..qps=5', '.qps=5', '__proto__.x=5', 'load qps=5']) {
    it(`refuses ${JSON.stringify(setting)}`, () => {
      assert.throws(() => specChanges([setting]), InvalidSpecError);
      assert.equal(({} as Record<string, unknown>)['x'], undefined);
    });
  }
});
