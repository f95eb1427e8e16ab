import { UnworkableError } from '../domain/errors.ts';
import type { RunSpec } from '../spec/schema.ts';

type ProviderSpec = RunSpec['provider'];

/** The provider's own part of a spec. Throws `UnworkableError` for the spec of another one. */
export function providerSpec<T extends ProviderSpec['type']>(
  type: T,
  { provider }: Pick<RunSpec, 'provider'>,
): Extract<ProviderSpec, { type: T }> {
  if (provider.type === type) return provider as Extract<ProviderSpec, { type: T }>;
  throw new UnworkableError({
    object: `provider ${type}`,
    what: `was given a spec for ${provider.type}`,
    next: 'this is a fault of sandtide itself; please tell its makers',
  });
}
