import { UnworkableError } from '../../domain/errors.ts';
import type { KubeClient } from '../../kubernetes/kube-client.ts';

/** From 1.29 on every API server understands the rules in agent-sandbox's CRDs (`x-kubernetes-validations`). */
const LEAST_MINOR = 29;

/** `v1.36.3`. Throws `UnworkableError` for a cluster that agent-sandbox's CRDs can't be used on. */
export async function kubernetesVersion(
  kube: KubeClient,
  context: string,
  signal: AbortSignal,
): Promise<string> {
  const text = await kube.text('/version', { signal });
  const version = gitVersion(text);
  // One that was built without telling its version says v0.0.0; what it can't do, the CRDs will tell.
  const [, minor] = /^v1\.(\d+)\./.exec(version) ?? [];
  if (minor === undefined || Number(minor) >= LEAST_MINOR) return version;
  throw new UnworkableError({
    object: `context ${context}`,
    what: `its API server is ${version}, and agent-sandbox needs v1.${LEAST_MINOR} or later; nothing was created`,
    next: 'use a newer cluster',
  });
}

function gitVersion(text: string): string {
  try {
    const { gitVersion: version } = JSON.parse(text) as { gitVersion?: unknown };
    return typeof version === 'string' ? version : 'unknown';
  } catch {
    return 'unknown';
  }
}
