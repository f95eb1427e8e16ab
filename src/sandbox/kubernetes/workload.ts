import type { Work } from '../../domain/work.ts';
import { ConflictError } from '../../domain/errors.ts';
import { ensureOwned } from '../../kubernetes/ensure.ts';
import type { KubeObject } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { RemovalTarget, SandboxTarget } from '../agent-sandbox.ts';
import { removeAllOwned, removeAndWait, removeNamespace } from './removal.ts';
import { sandboxTemplate } from './sandbox-template.ts';

/** The workload namespace, the RuntimeClass where one is asked for and missing, and the template. */
export async function installWorkload(target: SandboxTarget, work: Work): Promise<void> {
  const { kube, plan, spec } = target;
  const options = { labels: plan.labels, signal: work.signal };
  work.progress(`creating namespace ${plan.sandbox.workloadNamespace} and the template`);
  await ensureOwned(kube, RESOURCES.Namespace, namespaceNamed(plan.sandbox.workloadNamespace), options);
  const { runtimeClass } = spec.agentSandbox.template;
  if (runtimeClass !== null) await ensureRuntimeClass(target, runtimeClass, work);
  // A cluster that the run did not make has nodes of its own, of whose taints the spec says nothing.
  const taints = 'pools' in spec.provider ? spec.provider.pools.sandbox.taints : [];
  const template = sandboxTemplate(plan, spec.agentSandbox.template, taints);
  await ensureOwned(kube, RESOURCES.SandboxTemplate, template, { ...options, update: true });
}

/** A RuntimeClass belongs to the nodes more than to any run: one that is there is used as it is, whoever's it is. */
async function ensureRuntimeClass({ kube, plan }: SandboxTarget, name: string, work: Work): Promise<void> {
  const { signal } = work;
  if ((await kube.getMetadata(RESOURCES.RuntimeClass, name, { signal })) !== null) return;
  const { apiVersion, kind } = RESOURCES.RuntimeClass;
  const runtimeClass: KubeObject = { apiVersion, kind, metadata: { name }, handler: name };
  try {
    await ensureOwned(kube, RESOURCES.RuntimeClass, runtimeClass, { labels: plan.labels, signal });
  } catch (error) {
    // Somebody else was quicker since we looked, and so it is there.
    if (!(error instanceof ConflictError)) throw error;
  }
}

function namespaceNamed(name: string): KubeObject {
  return { apiVersion: RESOURCES.Namespace.apiVersion, kind: RESOURCES.Namespace.kind, metadata: { name } };
}

/** Template, RuntimeClass where it is ours, then the namespace with whatever is in it. */
export async function removeWorkload(target: RemovalTarget, timeoutMs: number, work: Work): Promise<void> {
  const { template, workloadNamespace } = target.plan.sandbox;
  const waiting = { timeoutMs, signal: work.signal };
  work.progress(`removing template ${template} and namespace ${workloadNamespace}`);
  await removeAndWait(target, RESOURCES.SandboxTemplate, template, {
    ...waiting,
    namespace: workloadNamespace,
  });
  await removeAllOwned(target, RESOURCES.RuntimeClass, waiting);
  await removeNamespace(target, workloadNamespace, waiting);
}
