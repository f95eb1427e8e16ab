import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { parse, stringify } from 'yaml';
import { UnavailableError } from '../../src/domain/errors.ts';
import type { ClusterProvider } from '../../src/providers/provider.ts';
import { stateFolder } from '../../src/system/state-folder.ts';
import type { WorkerInput } from './worker-input.ts';

/** In the worker's folder: the keys that the plugin has issued. */
export const ISSUED_KEYS = 'issued-keys.pem';

const PLUGIN = fileURLToPath(new URL('credential-plugin.ts', import.meta.url));

/** The real provider, but for what the input asks for. */
export function faultyProvider(real: ClusterProvider, input: WorkerInput): ClusterProvider {
  const { removalFails, noRemovalWhile, credentialsSeconds } = input;
  return {
    ...real,
    async remove(handle, owner, work) {
      const forbidden = noRemovalWhile !== null && existsSync(noRemovalWhile);
      if (forbidden || Context.current().info.attempt <= removalFails) {
        throw new UnavailableError({
          object: `cluster ${handle.name}`,
          what: 'its removal fails because the test wants it so',
          next: 'wait until the test lifts it',
        });
      }
      return real.remove(handle, owner, work);
    },
    async credentials(handle, work) {
      const access = await real.credentials(handle, work);
      if (credentialsSeconds === null) return access;
      const keys = join(stateFolder(), 'local', handle.name, 'kwok', 'clusters', 'plane', 'pki');
      return {
        kubeconfig: withPlugin(access.kubeconfig, [
          keys,
          String(credentialsSeconds),
          join(process.cwd(), ISSUED_KEYS),
        ]),
        expiresAtMs: Date.now() + credentialsSeconds * 1000,
      };
    },
  };
}

/** The same cluster, with a user whose certificates a program makes, each for a short time. */
function withPlugin(kubeconfig: string, args: string[]): string {
  const document = parse(kubeconfig) as { users: { user: object }[] };
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: [PLUGIN, ...args],
    interactiveMode: 'Never',
  };
  return stringify({ ...document, users: document.users.map((user) => ({ ...user, user: { exec } })) });
}
