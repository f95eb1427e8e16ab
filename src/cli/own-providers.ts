import type { ProviderDeps } from '../providers/registry.ts';
import { stateFolder } from '../system/state-folder.ts';
import { createToolchain } from '../toolchain/create-toolchain.ts';

/** Every provider and every way to install agent-sandbox, as a worker on this machine would have them. */
export async function ownProviders(home: ProviderDeps['home']) {
  // Imported only here: every other command does without the Kubernetes client and starts at once.
  const [{ createProviders, providerOf }, { createAgentSandboxTypes }] = await Promise.all([
    import('../providers/registry.ts'),
    import('../sandbox/registry.ts'),
  ]);
  const toolchain = createToolchain();
  const providers = createProviders({ toolchain, stateFolder: stateFolder(), home });
  return {
    provider: (type: string) => providerOf(providers, type),
    agentSandbox: createAgentSandboxTypes({
      manifestsFolder: (version, work) => toolchain.agentSandboxManifests(version, work),
    }),
  };
}
