import { InvalidSpecError } from '../domain/errors.ts';
import { createExistingProvider } from './existing/existing-provider.ts';
import type { ExistingProviderDeps } from './existing/existing-provider.ts';
import { createKindProvider } from './kind/kind-provider.ts';
import { kindProgram } from './kind/kind-program.ts';
import type { LocalProviderDeps } from './local/ensure-cluster.ts';
import { createLocalProvider } from './local/local-provider.ts';
import type { ClusterProvider } from './provider.ts';

/** What all providers together are made with. */
export type ProviderDeps = LocalProviderDeps & ExistingProviderDeps;

/** Every provider there is, by type. */
export type Providers = ReadonlyMap<string, ClusterProvider>;

/** The only list of providers. */
export function createProviders(deps: ProviderDeps): Providers {
  const kind = kindProgram(deps.env === undefined ? {} : { env: deps.env });
  const providers = [
    createLocalProvider(deps),
    createExistingProvider(deps),
    createKindProvider({ ...deps, kind }),
  ];
  return new Map(providers.map((provider) => [provider.type, provider]));
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
