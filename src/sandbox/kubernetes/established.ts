import type { KubeObject } from '../../kubernetes/kube-client.ts';

/** The API server serves the definition's kind. */
export function isEstablished(definition: KubeObject | undefined): boolean {
  const status = definition?.['status'] as { conditions?: { type: string; status: string }[] } | undefined;
  return status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ?? false;
}
