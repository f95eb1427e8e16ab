import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuthorizationV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { parse, stringify } from 'yaml';
import type { KubeClient, KubeObject } from '../../src/kubernetes/kube-client.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { until } from '../support/until.ts';

/** One rule of a role. */
interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** A right as RBAC writes it. */
export interface Right {
  resource: string;
  verb: string;
}

type Role = KubeObject & { rules: Rule[] };

/** The role as it is shipped. */
export function shippedRole(): Role {
  return parse(readFileSync(join(import.meta.dirname, '../../deploy/rbac/run-claims.yaml'), 'utf8')) as Role;
}

/** Every single right of the role. */
export function rightsOf({ rules }: Role): Right[] {
  return rules.flatMap(({ resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => ({ resource, verb }))),
  );
}

/** The role under another name, with one right less. */
export function roleWithout(role: Role, { resource, verb }: Right): Role {
  return {
    ...role,
    metadata: { name: `without-${verb}-${resource.replace('/', '-')}` },
    rules: role.rules
      .map((rule) => ({
        ...rule,
        verbs: rule.verbs.filter((each) => each !== verb || !rule.resources.includes(resource)),
      }))
      .filter(({ verbs }) => verbs.length > 0),
  };
}

/** Makes the role, an account that has it in that namespace alone, and the kubeconfig with a token of that account. */
export async function kubeconfigFor(
  admin: { kube: KubeClient; kubeconfig: string },
  role: Role,
  namespace: string,
): Promise<string> {
  const { name } = role.metadata;
  const { ClusterRole, ServiceAccount, RoleBinding } = RESOURCES;
  const { kube } = admin;
  await kube.create(ClusterRole, role);
  await kube.create(ServiceAccount, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace },
  });
  await kube.create(RoleBinding, {
    apiVersion: RoleBinding.apiVersion,
    kind: 'RoleBinding',
    metadata: { name, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
  const config = new KubeConfig();
  config.loadFromString(admin.kubeconfig);
  const { status } = await config
    .makeApiClient(CoreV1Api)
    .createNamespacedServiceAccountToken({ name, namespace, body: { spec: { audiences: [] } } });
  const kubeconfig = withToken(admin.kubeconfig, status?.token ?? '');
  await untilInForce(kubeconfig, role, namespace);
  return kubeconfig;
}

function withToken(kubeconfig: string, token: string): string {
  const document = parse(kubeconfig) as { users: { name: string; user: unknown }[] };
  return stringify({ ...document, users: document.users.map(({ name }) => ({ name, user: { token } })) });
}

/** The API server learns of roles and bindings a moment after they were made. */
async function untilInForce(kubeconfig: string, { rules }: Role, namespace: string): Promise<void> {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const api = config.makeApiClient(AuthorizationV1Api);
  const [
    { apiGroups: [group], resources: [resource], verbs: [verb] } = {
      apiGroups: [],
      resources: [],
      verbs: [],
    },
  ] = rules;
  const resourceAttributes = { group: group ?? '', resource: resource ?? '', verb: verb ?? '', namespace };
  await until('the role to be in force', async () => {
    const { status } = await api.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } });
    return status?.allowed === true || null;
  });
}
