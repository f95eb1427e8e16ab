/** Tokens are renewed every few minutes, and a worker lives for months; the newest are enough. */
const MOST = 100;
/** Something shorter is no secret, and would be found in ordinary words. */
const SHORTEST = 8;

/** The forms in which a secret may turn up in a text, by the secret; the newest last. */
const known = new Map<string, string[]>();

/** From now on `withoutSecrets` takes this value out of every text. To be called where a secret enters the process. */
export function rememberSecret(value: string | Uint8Array | null | undefined): void {
  const secret = (typeof value === 'string' ? value : Buffer.from(value ?? '').toString()).trim();
  if (secret.length < SHORTEST) return;
  known.delete(secret);
  const escaped = JSON.stringify(secret).slice(1, -1);
  known.set(secret, [...new Set([secret, escaped, Buffer.from(secret).toString('base64')])]);
  const [oldest] = known.keys();
  if (known.size > MOST && oldest !== undefined) known.delete(oldest);
}

/** The text without any value that was remembered: plain, as JSON writes it, or as base64. */
export function withoutSecrets(text: string): string {
  let clean = text;
  for (const forms of known.values())
    for (const form of forms) if (clean.includes(form)) clean = clean.replaceAll(form, '[removed]');
  return clean;
}
