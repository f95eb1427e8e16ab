import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ClusterFolder } from './cluster-folder.ts';
import type { ClusterRecord } from './cluster-record.ts';

/** A kubeconfig that holds its keys itself, so that it means the same wherever it is used. */
export async function selfContainedKubeconfig(
  folder: ClusterFolder,
  { handle, ports }: ClusterRecord,
): Promise<string> {
  const [ca, certificate, key] = await Promise.all(
    ['ca.crt', 'admin.crt', 'admin.key'].map(async (name) =>
      (await readFile(join(folder.plane, 'pki', name))).toString('base64'),
    ),
  );
  const { name } = handle;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [
      {
        name,
        cluster: { server: `https://127.0.0.1:${ports.apiServer}`, 'certificate-authority-data': ca },
      },
    ],
    users: [{ name, user: { 'client-certificate-data': certificate, 'client-key-data': key } }],
  });
}
