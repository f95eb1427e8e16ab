import { InvalidSpecError } from '../domain/errors.ts';
import type { AGENT_SANDBOX_TYPES } from '../spec/agent-sandbox-schema.ts';
import type { AgentSandbox } from './agent-sandbox.ts';
import type { KubernetesAgentSandboxDeps } from './kubernetes/kubernetes-agent-sandbox.ts';
import { createKubernetesAgentSandbox } from './kubernetes/kubernetes-agent-sandbox.ts';

/** What any of the types may need of the world. */
export type AgentSandboxDeps = KubernetesAgentSandboxDeps;

/** The only list of types. A new one is a file, a row here and a word in the spec's schema. */
const agentSandboxTypes = {
  Kubernetes: createKubernetesAgentSandbox,
} satisfies Record<(typeof AGENT_SANDBOX_TYPES)[number], (deps: AgentSandboxDeps) => AgentSandbox>;

/** Gives the resource of a type. Throws `InvalidSpecError` for an unknown one, naming those that are known. */
export function createAgentSandboxTypes(deps: AgentSandboxDeps): (type: string) => AgentSandbox {
  return (type) => {
    if (isKnown(type)) return agentSandboxTypes[type](deps);
    const known = Object.keys(agentSandboxTypes).join(', ');
    throw new InvalidSpecError([
      { path: 'agentSandbox.type', message: `${JSON.stringify(type)} is no known type; known: ${known}` },
    ]);
  };
}

function isKnown(type: string): type is keyof typeof agentSandboxTypes {
  return Object.hasOwn(agentSandboxTypes, type);
}
