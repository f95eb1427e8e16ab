import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A kubeconfig's exec plugin: makes a client certificate of the cluster's own authority that ends after so many seconds,
 * which the API server checks at each new connection. Arguments: the folder with ca.crt and ca.key, the seconds, and
 * where to write down the keys that were issued.
 */
const [keys = '', seconds = '20', issued = ''] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'sandtide-plugin-'));
const file = (name: string) => join(folder, name);
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
try {
  const ends = new Date(Date.now() + Number(seconds) * 1000);
  const stamp = (time: Date) => time.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file('key'));
  const subject = '/O=system:masters/CN=short-lived';
  openssl('req', '-new', '-key', file('key'), '-subj', subject, '-out', file('request'));
  writeFileSync(file('index'), '');
  writeFileSync(
    file('conf'),
    [
      ...['[ca]', 'default_ca = here', '[here]', `database = ${file('index')}`, `new_certs_dir = ${folder}`],
      ...['rand_serial = yes', 'default_md = sha256', 'policy = any', 'unique_subject = no'],
      ...['x509_extensions = client', '[any]', 'O = optional', 'CN = supplied'],
      ...['[client]', 'extendedKeyUsage = clientAuth'],
    ].join('\n'),
  );
  const authority = ['-cert', join(keys, 'ca.crt'), '-keyfile', join(keys, 'ca.key')];
  const times = ['-startdate', stamp(new Date(Date.now() - 60_000)), '-enddate', stamp(ends)];
  const request = ['-in', file('request'), '-out', file('certificate'), '-notext', '-preserveDN'];
  openssl('ca', '-batch', '-config', file('conf'), ...authority, ...times, ...request);
  // So that the test knows how many there were, and that none of them turns up anywhere.
  appendFileSync(issued, readFileSync(file('key')));
  const status = {
    clientCertificateData: readFileSync(file('certificate'), 'utf8'),
    clientKeyData: readFileSync(file('key'), 'utf8'),
    expirationTimestamp: ends.toISOString(),
  };
  const apiVersion = 'client.authentication.k8s.io/v1';
  process.stdout.write(JSON.stringify({ apiVersion, kind: 'ExecCredential', status }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
