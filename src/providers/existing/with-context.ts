import { connect } from '../../kubernetes/connect.ts';
import type { KubeClient } from '../../kubernetes/kube-client.ts';
import { contextAccess } from './context-access.ts';
import type { Place } from './place.ts';

/** Runs `act` with a client for the context, which is closed again: no credential outlives the call. */
export async function withContext<T>(
  place: Place,
  env: NodeJS.ProcessEnv,
  act: (kube: KubeClient, kubeconfig: string) => Promise<T>,
): Promise<T> {
  const kubeconfig = await contextAccess(place, env);
  const kube = connect({ kubeconfig });
  try {
    return await act(kube, kubeconfig);
  } finally {
    await kube.close();
  }
}
