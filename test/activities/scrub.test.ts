import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scrub } from '../../activities/scrub.ts';

const PEM = '-----BEGIN RSA PRIVATE KEY-----\ncanary\ncanary==\n-----END RSA PRIVATE KEY-----';
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOiJjYW5hcnkifQ.canary-canary_canary';

describe('scrubbing takes out', () => {
  const secrets: Record<string, [string, string]> = {
    'a PEM block': [`key ${PEM} end`, 'key [removed: PEM] end'],
    'a PEM block that was cut off': [`key ${PEM.slice(0, 45)}`, 'key [removed: PEM]'],
    'a bearer token': ['Authorization: Bearer canary.1-2_3=', 'Authorization: Bearer [removed]'],
    'basic credentials': ['authorization: Basic Y2FuYXJ5', 'authorization: Basic [removed]'],
    'a JSON web token': [`got ${JWT}, sorry`, 'got [removed: token], sorry'],
    "a kubeconfig's keys": [
      'client-key-data: canary client-certificate-data: canary',
      'client-key-data: [removed] client-certificate-data: [removed]',
    ],
    'a token in YAML': ['token: canary', 'token: [removed]'],
    'a password in JSON': ['{"password":"canary"}', '{"password":"[removed]"}'],
    'a token in a query': ['GET /x?token=canary&y=1', 'GET /x?token=[removed]'],
    'credentials in a URL': ['https://user:canary@example.com/x', 'https://[removed]@example.com/x'],
  };
  for (const [what, [text, clean]] of Object.entries(secrets)) {
    it(what, () => {
      assert.equal(scrub(text), clean);
      assert.doesNotMatch(scrub(text), /canary/);
    });
  }
});

describe('scrubbing leaves alone', () => {
  for (const text of [
    'cluster st-nightly-0123456789: is not ready; wait',
    'claim c-0123456789-0-17: Pods "x" is forbidden: exceeded quota',
    'https://127.0.0.1:6443/apis/extensions.agents.x-k8s.io/v1beta1/sandboxclaims?watch=true',
    'the token has expired; log in again',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  ]) {
    it(text, () => assert.equal(scrub(text), text));
  }
});
