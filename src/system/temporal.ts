import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { TemporalUnreachableError } from '../domain/errors.ts';
import { refusedOnLoopback } from './loopback-refusal.ts';
import { rememberSecret } from './secrets.ts';

/** Where Temporal is. What is not given comes from the same profiles and environment as the `temporal` CLI's. */
export interface TemporalAddress {
  address?: string | undefined;
  namespace?: string | undefined;
}

export interface ResolvedTemporal {
  address: string;
  namespace: string;
  options: NativeConnectionOptions;
}

export function resolveTemporal(given: TemporalAddress): ResolvedTemporal {
  const config = loadClientConnectConfig();
  const address = given.address ?? config.connectionOptions.address ?? '127.0.0.1:7233';
  const namespace = given.namespace ?? config.namespace ?? 'default';
  const { apiKey, tls } = config.connectionOptions;
  if (typeof apiKey === 'string') rememberSecret(apiKey);
  if (typeof tls === 'object' && tls !== null) rememberSecret(tls.clientCertPair?.key);
  return { address, namespace, options: { ...config.connectionOptions, address } };
}

/** Whether somebody said where Temporal is: by option, variable or profile. */
export function isTemporalNamed(given: TemporalAddress): boolean {
  return (given.address ?? loadClientConnectConfig().connectionOptions.address) !== undefined;
}

/** A connected client. Throws TemporalUnreachableError where nobody answers: at once on this machine, else in seconds. */
export async function connectTemporal(
  given: TemporalAddress,
): Promise<{ client: Client; temporal: ResolvedTemporal }> {
  const temporal = resolveTemporal(given);
  if (await refusedOnLoopback(temporal.address)) throw unreachable(temporal, 'nothing listens there');
  try {
    const { address, tls, apiKey, metadata } = temporal.options;
    const connection = await Connection.connect({
      ...(address === undefined ? {} : { address }),
      ...(tls === undefined || tls === null ? {} : { tls }),
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(metadata === undefined ? {} : { metadata }),
      connectTimeout: '5s',
    });
    return { client: new Client({ connection, namespace: temporal.namespace }), temporal };
  } catch (cause) {
    throw unreachable(temporal, 'Temporal did not answer within 5 s', cause);
  }
}

/** Connects for as long as `act` takes. Throws what `connectTemporal` throws, and what `act` does. */
export async function withTemporal<T>(
  given: TemporalAddress,
  act: (client: Client, temporal: ResolvedTemporal) => Promise<T>,
): Promise<T> {
  const { client, temporal } = await connectTemporal(given);
  try {
    return await act(client, temporal);
  } finally {
    await client.connection.close();
  }
}

function unreachable({ address }: ResolvedTemporal, what: string, cause?: unknown): TemporalUnreachableError {
  return new TemporalUnreachableError({
    what,
    object: address,
    next: 'start one (`sandtide dev`), name another with --address, or add --embedded for a run with a server of its own',
    cause,
  });
}
