import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type FitRule,
  fittingVersions,
  parseVersion,
  versionFits,
} from '../../src/toolchain/program-versions.ts';

describe('which versions serve in place of the pinned one', () => {
  const table: [rule: FitRule, pinned: string, fitting: string[], unfitting: string[]][] = [
    ['exact', 'v0.8.0', ['v0.8.0', '0.8.0'], ['v0.8.1', 'v0.7.0', 'v1.8.0']],
    ['same-minor', 'v3.6.6', ['v3.6.6', 'v3.6.0', 'v3.6.11'], ['v3.5.21', 'v3.7.0', 'v2.6.6']],
    ['same-minor', 'v1.36.3', ['v1.36.0', 'v1.36.3+k3s1'], ['v1.35.9', 'v1.37.0']],
    ['minor-within-one', 'v1.36.3', ['v1.35.0', 'v1.36.9', 'v1.37.4'], ['v1.34.9', 'v1.38.0', 'v2.36.3']],
    [
      'same-major-from-pinned',
      'v1.5.1',
      ['v1.5.1', 'v1.5.2', 'v1.9.0'],
      ['v1.5.0', 'v1.4.9', 'v2.0.0', 'v0.5.1'],
    ],
  ];
  for (const [rule, pinned, fitting, unfitting] of table) {
    it(`${rule} of ${pinned} takes ${fitting.join(', ')} and refuses ${unfitting.join(', ')}`, () => {
      for (const version of fitting) assert.equal(versionFits(version, pinned, rule), true, version);
      for (const version of unfitting) assert.equal(versionFits(version, pinned, rule), false, version);
    });
  }

  it('refuses pre-releases, and what is no version, under every rule', () => {
    for (const rule of ['exact', 'same-minor', 'minor-within-one', 'same-major-from-pinned'] as const) {
      for (const version of [
        'v1.36.3-rc.0',
        'v1.36.3-dispatcher',
        'v0.0.0-master+$Format:%H$',
        'unknown',
        '',
      ]) {
        assert.equal(versionFits(version, 'v1.36.3', rule), false, `${rule} ${version}`);
      }
    }
  });

  it('takes the pinned version under every rule, and nothing of another major version', () => {
    const part = fc.nat({ max: 60 });
    fc.assert(
      fc.property(
        part,
        part,
        part,
        fc.constantFrom<FitRule>('exact', 'same-minor', 'minor-within-one', 'same-major-from-pinned'),
        part,
        part,
        part,
        (a, b, c, rule, x, y, z) => {
          assert.equal(versionFits(`${a}.${b}.${c}`, `v${a}.${b}.${c}`, rule), true);
          assert.equal(versionFits(`v${x}.${y}.${z}`, `v${a}.${b}.${c}`, rule) && x !== a, false);
        },
      ),
    );
  });

  it('says in words what fits', () => {
    assert.equal(fittingVersions('v0.8.0', 'exact'), 'v0.8.0');
    assert.equal(fittingVersions('v3.6.6', 'same-minor'), 'v3.6.x');
    assert.equal(fittingVersions('v1.36.3', 'minor-within-one'), 'v1.35 to v1.37');
    assert.equal(fittingVersions('v1.5.1', 'same-major-from-pinned'), 'v1.5.1 or a newer v1');
  });

  it('reads a version with and without its v, and keeps the pre-release apart', () => {
    assert.deepEqual(parseVersion('1.5.1'), { major: 1, minor: 5, patch: 1, preRelease: '' });
    assert.deepEqual(parseVersion('v1.37.0-rc.1+x'), { major: 1, minor: 37, patch: 0, preRelease: 'rc.1' });
    assert.equal(parseVersion('1.5'), null);
  });
});
