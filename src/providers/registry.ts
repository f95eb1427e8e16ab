import { InvalidSpecError } from '../domain/errors.ts';
import type { LocalProviderDeps } from './local/ensure-cluster.ts';
import { createLocalProvider } from './local/local-provider.ts';
import type { ClusterProvider } from './provider.ts';

/** What all providers together are made with. */
export type ProviderDeps = LocalProviderDeps;

/** Every provider there is, by type. */
export type Providers = ReadonlyMap<string, ClusterProvider>;

/** The only list of providers. */
export function createProviders(deps: ProviderDeps): Providers {
  return new Map([createLocalProvider(deps)].map((provider) => [provider.type, provider]));
}

/** Throws `InvalidSpecError`, naming the known types, for one that is not in the list. */
export function providerOf(providers: Providers, type: string): ClusterProvider {
  const found = providers.get(type);
  if (found !== undefined) return found;
  throw new InvalidSpecError([
    {
      path: 'provider.type',
      message: `there is no provider ${JSON.stringify(type)}; known: ${[...providers.keys()].join(', ')}`,
    },
  ]);
}
