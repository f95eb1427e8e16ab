import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { piecesOf } from './canaries.ts';

const newKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
const key = newKey();
const isHit = (text: string) => piecesOf(key).some((piece) => text.includes(piece));

describe('a secret is found', () => {
  for (const [where, text] of [
    ['as it stands in its file', key],
    ['in JSON', JSON.stringify({ message: `could not read ${key}` })],
    ['as kubeconfigs carry it', `client-key-data: ${Buffer.from(key).toString('base64')}`],
  ] as const) {
    it(where, () => assert.ok(isHit(text)));
  }

  it('and no other is taken for it', () => assert.equal(isHit(newKey()), false));
});
