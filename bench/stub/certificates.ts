import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A throw-away authority and what it signed, in PEM. */
export interface StubCertificates {
  ca: string;
  server: { cert: string; key: string };
  client: { cert: string; key: string };
}

/** Makes them by `openssl`, since Node signs no certificates; P-256, as a control plane of today uses. */
export function makeCertificates(): StubCertificates {
  const folder = mkdtempSync(join(tmpdir(), 'sandtide-stub-'));
  chmodSync(folder, 0o700);
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { stdio: 'ignore' });
  };
  const key = (name: string): void =>
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file(name));
  const signed = (name: string, subject: string): { cert: string; key: string } => {
    key(`${name}.key`);
    openssl('req', '-new', '-key', file(`${name}.key`), '-subj', subject, '-out', file(`${name}.csr`));
    const authority = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '2'];
    const request = ['-in', file(`${name}.csr`), '-extfile', file('extensions'), '-out', file(`${name}.crt`)];
    openssl('x509', '-req', ...request, ...authority);
    return {
      cert: readFileSync(file(`${name}.crt`), 'utf8'),
      key: readFileSync(file(`${name}.key`), 'utf8'),
    };
  };
  try {
    writeFileSync(file('extensions'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
    key('ca.key');
    const authority = ['-subj', '/CN=sandtide-stub-ca', '-days', '2', '-out', file('ca.crt')];
    openssl('req', '-x509', '-new', '-key', file('ca.key'), ...authority);
    return {
      ca: readFileSync(file('ca.crt'), 'utf8'),
      server: signed('server', '/CN=sandtide-stub'),
      client: signed('client', '/O=system:masters/CN=sandtide-bench'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A kubeconfig with the certificates in it, or with a token instead of the client's. */
export function stubKubeconfig(
  origin: string,
  made: Pick<StubCertificates, 'ca' | 'client'>,
  token?: string,
): string {
  const base64 = (pem: string): string => Buffer.from(pem).toString('base64');
  const user =
    token === undefined
      ? { 'client-certificate-data': base64(made.client.cert), 'client-key-data': base64(made.client.key) }
      : { token };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'stub',
    contexts: [{ name: 'stub', context: { cluster: 'stub', user: 'stub' } }],
    clusters: [{ name: 'stub', cluster: { server: origin, 'certificate-authority-data': base64(made.ca) } }],
    users: [{ name: 'stub', user }],
  });
}
