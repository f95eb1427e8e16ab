import type { Work } from '../../domain/work.ts';
import { ensureOwned } from '../../kubernetes/ensure.ts';
import type { KubeObject } from '../../kubernetes/kube-client.ts';
import { RESOURCES, resourceFor } from '../../kubernetes/resources.ts';
import { waitFor } from '../../kubernetes/wait.ts';
import { UnavailableError } from '../../domain/errors.ts';
import type { SandboxInstallation, SandboxTarget } from '../agent-sandbox.ts';
import { configureController, controllerArgs, controllerImage } from './controller-deployment.ts';
import { isEstablished } from './established.ts';
import { orderManifests, parseManifests, withoutConversion } from './manifests.ts';
import type { ManifestFile } from './manifests.ts';
import { verifyManifests, VERSION_LABEL } from './release.ts';
import { untilRolledOut } from './rollout.ts';
import { refuseStrangers } from './strangers.ts';

/** An API server takes a second for it; one that is new and loaded, some more. */
const ESTABLISHED_TIMEOUT_MS = 60_000;

/** Applies the release's manifests, waits until each part serves, and starts the controller where pods are fake. */
export async function install(
  target: SandboxTarget,
  files: readonly ManifestFile[],
  work: Work,
): Promise<SandboxInstallation> {
  const { plan, spec } = target;
  const { version, controller: controllerSpec } = spec.agentSandbox;
  const manifestsSha256 = verifyManifests(spec.agentSandbox, files);
  const { namespaces, definitions, objects, controller } = orderManifests(parseManifests(files));
  const deployment = configureController(labelled(controller, version), controllerSpec, {
    labels: plan.labels,
    webhooks: target.inClusterWebhooks,
  });
  await refuseStrangers(
    target.kube,
    [...namespaces, ...definitions, ...objects, deployment],
    plan.owner,
    work.signal,
  );

  work.progress(`installing agent-sandbox ${version}: namespace and CRDs`);
  await ensureAll(target, namespaces, work);
  await ensureAll(target, target.inClusterWebhooks ? definitions : definitions.map(withoutConversion), work);
  await untilEstablished(target, definitions, work);
  work.progress('installing the controller');
  await ensureAll(target, objects, work);
  const running = await rollOut(target, deployment, work);

  if (target.runDeployment !== null) work.progress('starting the controller as a process');
  return {
    type: plan.sandbox.type,
    version,
    manifestsSha256,
    controllerImage: controllerImage(running),
    controllerArgs: controllerArgs(running),
    process: (await target.runDeployment?.(running, work)) ?? null,
  };
}

function labelled(deployment: KubeObject, version: string): KubeObject {
  const { metadata } = deployment;
  return {
    ...deployment,
    metadata: { ...metadata, labels: { ...metadata.labels, [VERSION_LABEL]: version } },
  };
}

async function ensureAll({ kube, plan }: SandboxTarget, objects: KubeObject[], work: Work): Promise<void> {
  for (const object of objects) {
    await ensureOwned(kube, resourceFor(object.apiVersion, object.kind), object, {
      labels: plan.labels,
      signal: work.signal,
    });
  }
}

async function untilEstablished(
  { kube }: SandboxTarget,
  definitions: KubeObject[],
  work: Work,
): Promise<void> {
  const waits = definitions.map(({ metadata: { name } }) =>
    waitFor(kube, RESOURCES.CustomResourceDefinition, { name }, ([definition]) => isEstablished(definition), {
      timeoutMs: ESTABLISHED_TIMEOUT_MS,
      signal: work.signal,
    }),
  );
  await Promise.all(waits);
}

/** The Deployment as the API server has it once it is rolled out. */
async function rollOut(
  { kube, plan }: SandboxTarget,
  deployment: KubeObject,
  work: Work,
): Promise<KubeObject> {
  const namespace = plan.sandbox.systemNamespace;
  const { name } = deployment.metadata;
  // Brought up to date where it is there already: a retried stage may have come with another setting.
  await ensureOwned(kube, RESOURCES.Deployment, deployment, {
    labels: plan.labels,
    signal: work.signal,
    update: true,
  });
  await untilRolledOut(kube, { namespace, name }, work);
  const running = await kube.get(RESOURCES.Deployment, name, { namespace, signal: work.signal });
  if (running !== null) return running;
  throw new UnavailableError({
    object: `Deployment ${namespace}/${name}`,
    what: 'somebody removed it while it was being rolled out',
    next: 'try again when nobody else works on this installation',
  });
}
