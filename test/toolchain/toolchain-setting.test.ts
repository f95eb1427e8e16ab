import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { explicitVariable } from '../../src/toolchain/look-up.ts';
import { goSuffices, isOutOfReach } from '../../src/toolchain/go-command.ts';
import { resolveSetting } from '../../src/toolchain/toolchain-setting.ts';

describe('where the cache is', () => {
  const table: [env: NodeJS.ProcessEnv, cache: string][] = [
    [{ XDG_CACHE_HOME: '/caches', HOME: '/home/x' }, '/caches/sandtide/tools'],
    [{ HOME: '/home/x' }, '/home/x/.cache/sandtide/tools'],
    [{ XDG_CACHE_HOME: '', HOME: '/home/x' }, '/home/x/.cache/sandtide/tools'],
    [{ XDG_CACHE_HOME: 'relative', HOME: '/home/x' }, '/home/x/.cache/sandtide/tools'],
  ];
  for (const [env, cache] of table) {
    it(`${JSON.stringify(env)} gives ${cache}`, () => assert.equal(resolveSetting({ env }).cache, cache));
  }

  it('is the given folder before anything else', () => {
    assert.equal(
      resolveSetting({ env: { XDG_CACHE_HOME: '/caches' }, cacheFolder: '/given' }).cache,
      '/given/tools',
    );
  });
});

describe('the variables', () => {
  it('name a program in capitals', () => {
    assert.equal(explicitVariable('kube-controller-manager'), 'SANDTIDE_KUBE_CONTROLLER_MANAGER');
    assert.equal(explicitVariable('temporal'), 'SANDTIDE_TEMPORAL');
  });

  it('switch everything off line for 1 and true, and for 0 and nothing do not', () => {
    const offline = (SANDTIDE_OFFLINE: string) => resolveSetting({ env: { SANDTIDE_OFFLINE } }).offline;
    assert.deepEqual(['1', 'true', 'yes', '0', 'false', ''].map(offline), [
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('give a base URL without its last slash', () => {
    const env = { SANDTIDE_DOWNLOAD_BASE_URL: 'https://mirror.example/files/' };
    assert.equal(resolveSetting({ env }).downloadBaseUrl, 'https://mirror.example/files');
  });
});

it('the go.mod files are found above the sources', () => {
  assert.equal(resolveSetting({ env: {} }).modules(), join(import.meta.dirname, '../../tools'));
});

describe("Go's words", () => {
  it('tell a Go that is new enough from one that is not', () => {
    const table: [string, boolean][] = [
      ['go1.26.8', true],
      ['go1.26', true],
      ['go1.27rc1', true],
      ['go2.0', true],
      ['go1.25.9', false],
      ['go1.9', false],
      ['devel', false],
    ];
    for (const [version, suffices] of table) assert.equal(goSuffices(version), suffices, version);
  });

  it('tell a network out of reach from code that does not build', () => {
    for (const line of [
      'go: x@v1: Get "https://proxy.example/x": dial tcp: lookup proxy.example: no such host',
      'go: x@v1: reading https://proxy.example/x.mod: 503 Service Unavailable',
      'go: x@v1: module lookup disabled by GOPROXY=off',
    ]) {
      assert.equal(isOutOfReach(line), true, line);
    }
    for (const line of [
      'x.go:512:5: undefined: y',
      'verifying x@v1: checksum mismatch',
      'no space left on device',
    ]) {
      assert.equal(isOutOfReach(line), false, line);
    }
  });
});
