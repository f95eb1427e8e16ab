import { parse, stringify } from 'yaml';

/** The parts of a kubeconfig that are changed here; `readCredentials` has checked them before. */
interface Kubeconfig {
  'current-context': string;
  contexts: { name: string; context: { cluster: string } }[];
  clusters: { name: string; cluster: Record<string, unknown> }[];
}

/**
 * The same kubeconfig with another server for its current context. The user in it stays: tokens and plugins go on to
 * be the caller's own affair. `insecure-skip-tls-verify` is what client libraries ask for before they use plain http;
 * there is no TLS on the way to this server.
 */
export function pointAt(kubeconfig: string, server: string): string {
  const document = parse(kubeconfig) as Kubeconfig;
  const current = document.contexts.find(({ name }) => name === document['current-context']);
  const clusters = document.clusters.map(({ name, cluster }) =>
    name === current?.context.cluster
      ? { name, cluster: { server, 'insecure-skip-tls-verify': true } }
      : { name, cluster },
  );
  return stringify({ ...document, clusters });
}
