import { X509Certificate } from 'node:crypto';
import { readCredentials } from './credentials.ts';

/** How long what a kubeconfig gives is good for. */
export interface CredentialsLife {
  /** Epoch milliseconds; null where neither a certificate nor a token says when it ends. */
  untilMs: number | null;
  /** A program is asked for new ones when these end. */
  renewed: boolean;
}

/** Looks at the client certificate and the bearer token that the kubeconfig gives now. */
export async function credentialsLife(kubeconfig: string, signal: AbortSignal): Promise<CredentialsLife> {
  const source = readCredentials(kubeconfig);
  const { tls, headers } = await source.current(signal);
  const ends = [certificateEnd(tls.cert), tokenEnd(headers['authorization'])].filter((end) => end !== null);
  return { untilMs: ends.length === 0 ? null : Math.min(...ends), renewed: source.renew() };
}

function certificateEnd(cert: string | Buffer | undefined): number | null {
  if (cert === undefined) return null;
  try {
    return new X509Certificate(cert).validToDate.getTime();
  } catch {
    return null;
  }
}

/** Of a token that is a JWT, as service accounts and identity providers give them. */
function tokenEnd(authorization: string | undefined): number | null {
  const payload = /^Bearer [^.]+\.([^.]+)\./i.exec(authorization ?? '')?.[1];
  if (payload === undefined) return null;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : null;
  } catch {
    return null;
  }
}
