import { UnworkableError } from '../domain/errors.ts';
import type { KubeResource } from './kube-client.ts';

function namespaced(apiVersion: string, kind: string, plural: string): KubeResource {
  return { apiVersion, kind, plural, namespaced: true };
}

function clusterWide(apiVersion: string, kind: string, plural: string): KubeResource {
  return { apiVersion, kind, plural, namespaced: false };
}

const AGENTS = 'agents.x-k8s.io/v1beta1';
const AGENT_EXTENSIONS = 'extensions.agents.x-k8s.io/v1beta1';

/** Every kind that sandtide reads or writes. Another kind in a manifest is refused by `resourceFor`. */
export const RESOURCES = {
  Namespace: clusterWide('v1', 'Namespace', 'namespaces'),
  Node: clusterWide('v1', 'Node', 'nodes'),
  Pod: namespaced('v1', 'Pod', 'pods'),
  Service: namespaced('v1', 'Service', 'services'),
  ServiceAccount: namespaced('v1', 'ServiceAccount', 'serviceaccounts'),
  Secret: namespaced('v1', 'Secret', 'secrets'),
  ConfigMap: namespaced('v1', 'ConfigMap', 'configmaps'),
  Event: namespaced('v1', 'Event', 'events'),
  Deployment: namespaced('apps/v1', 'Deployment', 'deployments'),
  Lease: namespaced('coordination.k8s.io/v1', 'Lease', 'leases'),
  Role: namespaced('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  RoleBinding: namespaced('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  ClusterRole: clusterWide('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles'),
  ClusterRoleBinding: clusterWide(
    'rbac.authorization.k8s.io/v1',
    'ClusterRoleBinding',
    'clusterrolebindings',
  ),
  RuntimeClass: clusterWide('node.k8s.io/v1', 'RuntimeClass', 'runtimeclasses'),
  CustomResourceDefinition: clusterWide(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'customresourcedefinitions',
  ),
  ValidatingAdmissionPolicy: clusterWide(
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicy',
    'validatingadmissionpolicies',
  ),
  ValidatingAdmissionPolicyBinding: clusterWide(
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicyBinding',
    'validatingadmissionpolicybindings',
  ),
  Sandbox: namespaced(AGENTS, 'Sandbox', 'sandboxes'),
  SandboxTemplate: namespaced(AGENT_EXTENSIONS, 'SandboxTemplate', 'sandboxtemplates'),
  SandboxWarmPool: namespaced(AGENT_EXTENSIONS, 'SandboxWarmPool', 'sandboxwarmpools'),
  SandboxClaim: namespaced(AGENT_EXTENSIONS, 'SandboxClaim', 'sandboxclaims'),
} as const satisfies Record<string, KubeResource>;

/** The resource of a manifest's object. Throws `UnworkableError` for a kind or version that is not in the table. */
export function resourceFor(apiVersion: string, kind: string): KubeResource {
  const found = Object.values(RESOURCES).find(
    (resource) => resource.apiVersion === apiVersion && resource.kind === kind,
  );
  if (found !== undefined) return found;
  throw new UnworkableError({
    object: `${kind} (${apiVersion})`,
    what: 'is no kind that sandtide installs',
    next: `take it out of the manifest, or use one of ${Object.keys(RESOURCES).join(', ')}`,
  });
}
