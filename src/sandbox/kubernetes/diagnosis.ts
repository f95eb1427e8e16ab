import type { KubeClient } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import { SandtideError } from '../../domain/errors.ts';
import { listOrNone } from './list-or-none.ts';
import { tellingReason } from './telling-reason.ts';

/** Asks pods, sandboxes and events of a namespace why something in it is not ready. Never fails but for an abort. */
export async function diagnose(kube: KubeClient, namespace: string, signal: AbortSignal): Promise<string> {
  try {
    const [pods, sandboxes, events] = await Promise.all([
      listOrNone(kube, RESOURCES.Pod, namespace, signal),
      listOrNone(kube, RESOURCES.Sandbox, namespace, signal),
      listOrNone(kube, RESOURCES.Event, namespace, signal),
    ]);
    return tellingReason({ pods, sandboxes, events });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SandtideError) return `the reason could not be read (${error.message})`;
    throw error;
  }
}
