import type { Work } from '../../../src/domain/work.ts';
import type { KubeClient, KubeObject } from '../../../src/kubernetes/kube-client.ts';
import { RESOURCES, resourceFor } from '../../../src/kubernetes/resources.ts';
import { waitFor } from '../../../src/kubernetes/wait.ts';
import { isEstablished } from '../../../src/sandbox/kubernetes/established.ts';
import { orderManifests, parseManifests } from '../../../src/sandbox/kubernetes/manifests.ts';
import { readManifestsFolder } from '../../../src/sandbox/kubernetes/manifests-folder.ts';
import { untilRolledOut } from '../../../src/sandbox/kubernetes/rollout.ts';
import { createToolchain } from '../../../src/toolchain/create-toolchain.ts';
import type { ControlPlane } from '../../support/control-plane.ts';
import { until } from '../../support/until.ts';

const SYSTEM = 'agent-sandbox-system';
const CONTROLLER = 'agent-sandbox-controller';
const IMAGE = 'registry.example/team/controller:v0.5.6';
const ELECTION = `--leader-election-namespace=${SYSTEM}`;

/** agent-sandbox as somebody installs it who has never heard of us: the release's manifests, and an image by tag. */
export async function installByHand({ kube, runDeployment }: ControlPlane, work: Work): Promise<void> {
  const folder = await createToolchain().agentSandboxManifests('v0.5.6', work);
  const { namespaces, definitions, objects, controller } = orderManifests(
    parseManifests(await readManifestsFolder(folder)),
  );
  await createAll(kube, [...namespaces, ...definitions]);
  for (const { metadata } of definitions) {
    const { name } = metadata;
    await waitFor(kube, RESOURCES.CustomResourceDefinition, { name }, ([one]) => isEstablished(one), {
      timeoutMs: 60_000,
      signal: work.signal,
    });
  }
  await createAll(kube, [...objects, withContainer(controller, () => ({ image: IMAGE }))]);
  await untilRolledOut(kube, { namespace: SYSTEM, name: CONTROLLER }, work);
  const deployment = await kube.get(RESOURCES.Deployment, CONTROLLER, { namespace: SYSTEM });
  if (deployment === null) throw new Error('the Deployment has gone');
  // Inside a pod it would find that by itself.
  await runDeployment(
    withContainer(deployment, ({ args = [] }) => ({ args: [...args, ELECTION] })),
    work,
  );
}

async function createAll(kube: KubeClient, objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) {
    const { namespace } = object.metadata;
    const where = namespace === undefined ? {} : { namespace };
    await kube.create(resourceFor(object.apiVersion, object.kind), object, where);
  }
}

interface Container {
  image: string;
  args?: string[];
}

function withContainer(
  deployment: KubeObject,
  change: (before: Container) => Partial<Container>,
): KubeObject {
  const made = structuredClone(deployment) as KubeObject & {
    spec: { template: { spec: { containers: Container[] } } };
  };
  const [container] = made.spec.template.spec.containers;
  if (container !== undefined) Object.assign(container, change(container));
  return made;
}

/** A template, a pool and a claim of somebody else's, in a namespace of his. */
export async function workByHand(kube: KubeClient): Promise<void> {
  const namespace = 'team-a';
  const where = { namespace };
  const meta = (name: string) => ({ metadata: { name, namespace } });
  await kube.create(RESOURCES.Namespace, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  const { SandboxTemplate, SandboxWarmPool, SandboxClaim } = RESOURCES;
  await kube.create(
    SandboxTemplate,
    {
      ...{ apiVersion: SandboxTemplate.apiVersion, kind: SandboxTemplate.kind, ...meta('theirs') },
      spec: { podTemplate: { spec: { containers: [{ name: 'main', image: 'registry.example/theirs:1' }] } } },
    },
    where,
  );
  await kube.create(
    SandboxWarmPool,
    {
      ...{ apiVersion: SandboxWarmPool.apiVersion, kind: SandboxWarmPool.kind, ...meta('theirs') },
      spec: { replicas: 1, sandboxTemplateRef: { name: 'theirs' } },
    },
    where,
  );
  await kube.create(
    SandboxClaim,
    {
      ...{ apiVersion: SandboxClaim.apiVersion, kind: SandboxClaim.kind, ...meta('theirs') },
      spec: { warmPoolRef: { name: 'theirs' } },
    },
    where,
  );
  await waitFor(kube, SandboxClaim, { name: 'theirs', namespace }, ([claim]) => isReady(claim), {
    timeoutMs: 60_000,
  });
  await waitFor(kube, SandboxWarmPool, { name: 'theirs', namespace }, ([pool]) => isFull(pool), {
    timeoutMs: 60_000,
  });
  await untilAtRest(kube);
}

/** The pool is full before the sandbox that was taken is replaced, too: at rest is what stays the same for two seconds. */
async function untilAtRest(kube: KubeClient): Promise<void> {
  let before = '';
  await until(
    'a cluster at rest',
    async () => {
      const now = JSON.stringify([...(await wholeCluster(kube))]);
      const same = now === before;
      before = now;
      return same;
    },
    { everyMs: 2_000 },
  );
}

function isReady(claim: KubeObject | undefined): boolean {
  const status = claim?.['status'] as { conditions?: { type: string; status: string }[] } | undefined;
  return status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function isFull(pool: KubeObject | undefined): boolean {
  return (pool?.['status'] as { readyReplicas?: number } | undefined)?.readyReplicas === 1;
}

/** Kinds that change by themselves: beats, news, and the nodes' own heartbeats. */
const RESTLESS: ReadonlySet<string> = new Set(['Event', 'Lease', 'Node']);

/** Every object of every kind that we know, whole, by kind and name. */
export async function wholeCluster(kube: KubeClient): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (const resource of Object.values(RESOURCES)) {
    if (RESTLESS.has(resource.kind)) continue;
    const { items } = await kube.list(resource);
    for (const item of items) {
      const { namespace = '', name } = item.metadata;
      all.set(`${resource.kind} ${namespace}/${name}`, JSON.stringify(item));
    }
  }
  return all;
}
