import { withoutSecrets } from './secrets.ts';

/**
 * A text without secrets: those that this process knows, by their value, and what looks like a token, a key or a
 * certificate. A last net under messages that should hold none.
 */
export function scrub(text: string): string {
  return withoutSecrets(text)
    .replace(/-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g, '[removed: PEM]')
    .replace(/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/gi, '$1 [removed]')
    .replace(/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, '[removed: token]')
    .replace(
      /\b(client-key-data|client-certificate-data|certificate-authority-data|token|password|secret)(["']?\s*[:=]\s*["']?)[^\s"',}]+/gi,
      '$1$2[removed]',
    )
    .replace(/\/\/[^\s/:@]+:[^\s/@]+@/g, '//[removed]@');
}
