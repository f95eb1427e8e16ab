import type { RequestOptions } from 'node:https';
import { createHash } from 'node:crypto';
import { KubeConfig } from '@kubernetes/client-node';
import { UnavailableError, UnworkableError } from '../domain/errors.ts';
import { rememberSecret } from '../system/secrets.ts';
import { abandonOnAbort } from './deadline.ts';

/** What a connection's TLS needs. */
export interface TlsMaterial {
  ca?: string | Buffer;
  cert?: string | Buffer;
  key?: string | Buffer;
  servername?: string;
  rejectUnauthorized?: boolean;
}

/** Credentials of one moment. `tlsKey` changes when connections must be made anew. */
export interface Credentials {
  tls: TlsMaterial;
  tlsKey: string;
  headers: Record<string, string>;
}

export interface CredentialSource {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path in front of every API path (`/k8s/clusters/c-1` behind some proxies); mostly empty. */
  readonly pathPrefix: string;
  readonly proxyUrl: string | null;
  /** What `current` would give at once; null where somebody has to be asked. */
  known(): Credentials | null;
  /** The credentials to use now; a plugin is asked at most once at a time and at most every few seconds. */
  current(signal: AbortSignal): Promise<Credentials>;
  /** Forgets what a server refused. False where another try would use the same credentials. */
  renew(): boolean;
  /** The parsed kubeconfig, for the libraries that want one. */
  kubeConfig(): KubeConfig;
}

/** Plugins and token files are looked at again after so long; client-node itself remembers a plugin's token until it expires. */
const FRESH_MS = 5_000;
/** A plugin that says nothing for so long is asked anew by the next call. */
const PLUGIN_PATIENCE_MS = 60_000;

/** Parses a kubeconfig. Throws `UnworkableError`, which never quotes the document: parsers like to show the line. */
export function readCredentials(kubeconfig: string): CredentialSource {
  let config = parse(kubeconfig);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null || user === null) throw unusable('its current context names no cluster or no user');
  const server = URL.parse(cluster.server);
  if (server === null) throw unusable('the server of its current cluster is no URL');
  if (server.protocol !== 'https:' && !(server.protocol === 'http:' && cluster.skipTLSVerify)) {
    throw unusable('the server is not reached by https');
  }
  const renewable = user.exec !== undefined || Boolean(user.authProvider);
  const fixed = !renewable && !user.certFile && !user.keyFile && !cluster.caFile;
  let known: { promise: Promise<Credentials>; value: Credentials | null; staleAtMs: number } | null = null;

  return {
    origin: server.origin,
    pathPrefix: server.pathname.replace(/\/+$/, ''),
    proxyUrl: cluster.proxyUrl ?? null,
    known: () => (known !== null && known.staleAtMs >= Date.now() ? known.value : null),
    async current(signal) {
      if (known === null || known.staleAtMs < Date.now()) {
        const entry: NonNullable<typeof known> = {
          promise: ask(config),
          value: null,
          staleAtMs: Date.now() + PLUGIN_PATIENCE_MS,
        };
        known = entry;
        entry.promise.then(
          (value) => {
            entry.value = value;
            entry.staleAtMs = fixed ? Infinity : Date.now() + FRESH_MS;
          },
          () => (entry.staleAtMs = 0),
        );
      }
      return abandonOnAbort(known.promise, signal);
    },
    renew() {
      if (!renewable) return false;
      config = parse(kubeconfig);
      known = null;
      return true;
    },
    kubeConfig: () => config,
  };
}

function parse(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromString(kubeconfig);
  } catch {
    throw unusable('it could not be parsed');
  }
  return config;
}

function unusable(what: string): UnworkableError {
  return new UnworkableError({ object: 'kubeconfig', what, next: 'check it with `kubectl config view`' });
}

async function ask(config: KubeConfig): Promise<Credentials> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw new UnavailableError({
      object: `kubeconfig user ${config.getCurrentUser()?.name ?? '?'}`,
      what: `its credentials could not be had (${reasonOf(error)})`,
      next: 'run the same login by hand, `kubectl get namespaces` for instance, and repair what it reports',
    });
  }
  const tls: TlsMaterial = {};
  for (const key of ['ca', 'cert', 'key'] as const) {
    const value = options[key];
    if (typeof value === 'string' || Buffer.isBuffer(value)) tls[key] = value;
  }
  if (options.servername !== undefined) tls.servername = options.servername;
  if (options.rejectUnauthorized !== undefined) tls.rejectUnauthorized = options.rejectUnauthorized;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {}))
    headers[name.toLowerCase()] = String(value);
  if (typeof options.auth === 'string') {
    headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    rememberSecret(options.auth);
  }
  rememberSecret(tls.key);
  rememberSecret(headers['authorization']?.replace(/^\S+\s+/, ''));
  return { tls, tlsKey: fingerprint(tls), headers };
}

/** A plugin's own words help, but neither what looks like a token nor a parser's excerpt of its output. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error) || error instanceof SyntaxError) return 'the answer was not readable';
  const line = error.message.replace(/\s+/g, ' ').trim().slice(0, 300);
  return line.replace(/Bearer\s+\S+|[\w+/=.-]{32,}/g, '[redacted]');
}

function fingerprint(tls: TlsMaterial): string {
  const hash = createHash('sha256');
  for (const [key, value] of Object.entries(tls)) hash.update(`${key}\0`).update(String(value)).update('\0');
  return hash.digest('hex');
}
