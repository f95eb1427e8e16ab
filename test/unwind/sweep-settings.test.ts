import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PROVIDER_TYPES } from '../../src/spec/schema.ts';
import { InvalidSpecError } from '../../src/domain/errors.ts';
import { sweepSettings } from '../../src/unwind/sweep-settings.ts';

describe('the settings of a sweep', () => {
  it('are a dry run over all providers where nothing is said', () => {
    for (const nothing of [undefined, null, {}]) {
      assert.deepEqual(sweepSettings(nothing, {}), {
        apply: false,
        providers: [...PROVIDER_TYPES],
        protect: [],
        maxRemovals: 10,
        marginSeconds: 900,
      });
    }
  });

  it('protect what the environment names as well as what the request names', () => {
    const env = { SANDTIDE_PROTECT: 'nightly, soak\n 0123456789,' };
    assert.deepEqual(sweepSettings({ protect: ['smoke'] }, env).protect, [
      'smoke',
      'nightly',
      'soak',
      '0123456789',
    ]);
  });

  it('are refused with every problem at once', () => {
    const request = {
      aply: true,
      protect: 'nightly',
      maxRemovals: -1,
      marginSeconds: 1.5,
      providers: ['lokal'],
    };
    assert.throws(
      () => sweepSettings(request, {}),
      (error) => {
        assert.ok(error instanceof InvalidSpecError);
        assert.deepEqual(error.problems.map(({ path }) => path).sort(), [
          'aply',
          'marginSeconds',
          'maxRemovals',
          'protect',
          'providers',
        ]);
        return true;
      },
    );
  });

  it('are refused where they are no mapping', () => {
    for (const request of ['apply', 1, [{ apply: true }]])
      assert.throws(() => sweepSettings(request, {}), InvalidSpecError);
  });

  it('never take a word for a yes', () => {
    for (const apply of ['true', 1, 'false'])
      assert.throws(() => sweepSettings({ apply }, {}), InvalidSpecError);
  });
});
