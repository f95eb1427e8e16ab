import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UnworkableError } from '../../src/domain/errors.ts';
import { parseMetricsAddress } from '../../src/metrics/address.ts';

describe('an address for metrics', () => {
  const good: [string, string, number][] = [
    ['127.0.0.1:9464', '127.0.0.1', 9464],
    ['9464', '127.0.0.1', 9464],
    ['0.0.0.0:1', '0.0.0.0', 1],
    ['localhost:0', 'localhost', 0],
    ['[::1]:65535', '::1', 65535],
  ];
  for (const [text, host, port] of good) {
    it(`${text} is ${host}, port ${port}`, () => {
      assert.deepEqual(parseMetricsAddress(text), { host, port });
    });
  }
  for (const text of [
    '',
    ':9464',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '::1:80',
    'http://a:1',
    'a b:1',
  ]) {
    it(`${JSON.stringify(text)} is refused`, () => {
      assert.throws(() => parseMetricsAddress(text), UnworkableError);
    });
  }
});
