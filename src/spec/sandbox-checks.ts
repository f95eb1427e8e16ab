import { durationMs } from '../domain/durations.ts';
import { AGENT_SANDBOX_RELEASES, CONTROLLER_IMAGE } from './agent-sandbox-schema.ts';
import type { CrossChecked } from './cross-checks.ts';
import type { FoundProblem } from './field-problems.ts';

const RELEASES: readonly string[] = AGENT_SANDBOX_RELEASES;

/** What several values of `agentSandbox` say together and can't. */
export function sandboxProblems(checked: CrossChecked): FoundProblem[] {
  return [
    ...installProblems(checked),
    ...releaseProblems(checked),
    ...tracingProblems(checked),
    ...limitProblems(checked),
    ...lifetimeProblems(checked),
  ];
}

/** A cluster that the run makes has no installation of anybody's. */
function installProblems({ spec, sound }: CrossChecked): FoundProblem[] {
  const { install } = spec.agentSandbox;
  if (install === 'own' || !sound('provider') || spec.provider.type === 'existing') return [];
  const message = `found useExisting, but a cluster of the provider ${spec.provider.type} is made by the run and has none; allowed: own`;
  return [{ path: ['agentSandbox', 'install'], message }];
}

/** A release that is not pinned here has to say what it is, unless it is there already. */
function releaseProblems({ spec, sound }: CrossChecked): FoundProblem[] {
  const { install, version, manifestsSha256, controller } = spec.agentSandbox;
  if (install === 'useExisting' || !sound('agentSandbox.version') || RELEASES.includes(version)) return [];
  const known = RELEASES.join(', ');
  const problem = (place: string, message: string) => ({
    path: ['agentSandbox', ...place.split('.')],
    message,
  });
  if (sound('provider') && spec.provider.type === 'local') {
    const message = `the local provider runs the controller of ${known}, and no other release's`;
    return [problem('version', message)];
  }
  return [
    ...(manifestsSha256 === null && sound('agentSandbox.manifestsSha256')
      ? [
          problem(
            'version',
            `the manifests of ${version} are not pinned (${known} is); give manifestsSha256 too`,
          ),
        ]
      : []),
    ...(controller.image === CONTROLLER_IMAGE && sound('agentSandbox.controller.image')
      ? [problem('controller.image', `is that of ${known}; name the controller image of ${version}`)]
      : []),
  ];
}

function tracingProblems({ spec, sound }: CrossChecked): FoundProblem[] {
  const { enableTracing, otlpEndpoint } = spec.agentSandbox.controller;
  const isUseless = otlpEndpoint !== null && !enableTracing;
  if (!isUseless || !sound('agentSandbox.controller.enableTracing')) return [];
  const message = `nothing is sent to ${otlpEndpoint} without enableTracing: true`;
  return [{ path: ['agentSandbox', 'controller', 'otlpEndpoint'], message }];
}

/** The API server refuses a limit below its request, but only once pods are made. */
function limitProblems({ spec, sound }: CrossChecked): FoundProblem[] {
  const { controller, template } = spec.agentSandbox;
  const pairs: [
    holder: 'controller' | 'template',
    what: string,
    request: string | null,
    limit: string | null,
  ][] = [
    ['controller', 'cpu', controller.cpuRequest, controller.cpuLimit],
    ['controller', 'memory', controller.memoryRequest, controller.memoryLimit],
    ['template', 'cpu', template.cpuRequest, template.cpuLimit],
    ['template', 'memory', template.memoryRequest, template.memoryLimit],
    ['template', 'ephemeralStorage', template.ephemeralStorageRequest, template.ephemeralStorageLimit],
  ];
  return pairs.flatMap(([holder, what, request, limit]) => {
    const place = `agentSandbox.${holder}.${what}`;
    if (request === null || limit === null || amount(limit) >= amount(request)) return [];
    if (!sound(`${place}Request`) || !sound(`${place}Limit`)) return [];
    const message = `${limit} is less than ${what}Request ${request}`;
    return [{ path: `${place}Limit`.split('.'), message }];
  });
}

/** A claim that ends itself while it is waited for would be counted as failed. */
function lifetimeProblems({ spec, sound }: CrossChecked): FoundProblem[] {
  const { lifetime } = spec.agentSandbox.claim;
  const { readyTimeout, workloadDuration } = spec.load;
  const needed = durationMs(readyTimeout) + durationMs(workloadDuration);
  if (lifetime === null || durationMs(lifetime) >= needed) return [];
  if (!['load.readyTimeout', 'load.workloadDuration', 'agentSandbox.claim.lifetime'].every(sound)) return [];
  const message = `${lifetime} is less than load.readyTimeout ${readyTimeout} + load.workloadDuration ${workloadDuration}`;
  return [{ path: ['agentSandbox', 'claim', 'lifetime'], message }];
}

const FACTORS: Readonly<Record<string, number>> = {
  ...{ m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 },
};

/** What a quantity amounts to. */
function amount(quantity: string): number {
  const [, digits = '', unit = ''] = /^([\d.]+)(\D*)$/.exec(quantity) ?? [];
  return Number(digits) * (FACTORS[unit] ?? 1);
}
