import { UnworkableError } from '../../domain/errors.ts';
import type { Work } from '../../domain/work.ts';
import type { KubeObject } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { SandboxInstallation, SandboxTarget } from '../agent-sandbox.ts';
import { controllerArgs, controllerImage } from './controller-deployment.ts';
import { isEstablished } from './established.ts';
import { installedVersion } from './installed-version.ts';
import { isRolledOut } from './rollout.ts';

/** The kinds that a run works with. */
const NEEDED = [
  RESOURCES.Sandbox,
  RESOURCES.SandboxTemplate,
  RESOURCES.SandboxWarmPool,
  RESOURCES.SandboxClaim,
] as const;

/**
 * Looks whether the user's own installation is what the spec says, and serves claims; touches nothing of it. Throws
 * `UnworkableError` with everything that is not as it has to be.
 */
export async function verifyInstallation(
  target: SandboxTarget,
  controllerName: string,
  work: Work,
): Promise<SandboxInstallation> {
  const { kube, plan, spec } = target;
  const { systemNamespace: namespace } = plan.sandbox;
  const { signal } = work;
  work.progress(`looking at the agent-sandbox in ${namespace}`);
  const deployment = await kube.get(RESOURCES.Deployment, controllerName, { namespace, signal });
  if (deployment === null) {
    throw new UnworkableError({
      object: `Deployment ${namespace}/${controllerName}`,
      what: 'there is none, so agent-sandbox is not installed there',
      next: 'name its namespace in agentSandbox.controllerNamespace, or let the run install it (install: own)',
    });
  }
  const version = installedVersion(deployment);
  const problems = [
    ...(await Promise.all(NEEDED.map((each) => definitionProblem(target, each, signal)))).flat(),
    ...controllerProblems(deployment, version, spec.agentSandbox.version),
  ];
  if (problems.length > 0) {
    throw new UnworkableError({
      object: `the agent-sandbox in ${namespace}`,
      what: problems.join('; '),
      next: 'bring installation and spec into line; nothing of the installation was touched',
    });
  }
  return {
    type: plan.sandbox.type,
    version,
    // Whoever installed it may have used others, and changed them.
    manifestsSha256: null,
    controllerImage: controllerImage(deployment),
    controllerArgs: controllerArgs(deployment),
    process: null,
  };
}

async function definitionProblem(
  { kube }: SandboxTarget,
  { apiVersion, plural }: (typeof NEEDED)[number],
  signal: AbortSignal,
): Promise<string[]> {
  const [group, version] = apiVersion.split('/');
  const name = `${plural}.${group}`;
  const definition = await kube.get(RESOURCES.CustomResourceDefinition, name, { signal });
  if (definition === null) return [`there is no CRD ${name}`];
  const { versions = [] } = (definition['spec'] ?? {}) as { versions?: { name: string; served: boolean }[] };
  const isServed = versions.some((each) => each.name === version && each.served);
  return [
    ...(isServed ? [] : [`CRD ${name} does not serve ${version}`]),
    ...(isEstablished(definition) ? [] : [`CRD ${name} is not established`]),
  ];
}

function controllerProblems(deployment: KubeObject, found: string, wanted: string): string[] {
  const args = controllerArgs(deployment);
  const hasExtensions = args.some((arg) => /^--?extensions(?:=true)?$/.test(arg));
  const image = controllerImage(deployment);
  return [
    ...(found === wanted
      ? []
      : [
          found === 'unknown'
            ? `its version cannot be told: image ${image} has no version for a tag, and the Deployment no label app.kubernetes.io/version`
            : `it is ${found}, and agentSandbox.version says ${wanted}`,
        ]),
    ...(hasExtensions ? [] : ['its controller runs without --extensions, and so serves no claims']),
    ...(isRolledOut(deployment) ? [] : ['its controller is not available']),
  ];
}
