import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { KubeClient, KubeObject } from '../../../src/kubernetes/kube-client.ts';
import { RESOURCES } from '../../../src/kubernetes/resources.ts';
import type { Right } from '../../../src/providers/existing/rights.ts';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
}

/** A ClusterRole, or a Role with its namespace. */
export type ShippedRole = KubeObject & { rules: Rule[] };

/** Not demanded, only good to have. */
const OPTIONAL = 'sandtide-controller-figures';

/** The roles as they are shipped for that kind of installation. */
export function shippedRoles(install: 'own' | 'use-existing'): ShippedRole[] {
  const path = join(import.meta.dirname, `../../../deploy/rbac/existing-${install}.yaml`);
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS() as ShippedRole);
}

export const demanded = (roles: readonly ShippedRole[]) =>
  roles.filter(({ metadata }) => metadata.name !== OPTIONAL);

/** Every single right of the roles. */
export function rightsOf(roles: readonly ShippedRole[]): Right[] {
  return roles.flatMap(({ metadata: { namespace }, rules }) =>
    rules.flatMap(({ apiGroups, resources, verbs, resourceNames = [undefined] }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          verbs.flatMap((verb) =>
            resourceNames.map((name) => ({
              ...{ verb, group, resource },
              ...(namespace === undefined ? {} : { namespace }),
              ...(name === undefined ? {} : { name }),
            })),
          ),
        ),
      ),
    ),
  );
}

/** The roles with one right less, wherever they grant it. */
export function rolesWithout(roles: readonly ShippedRole[], right: Right): ShippedRole[] {
  const grants = ({ apiGroups, resources }: Rule) =>
    apiGroups.includes(right.group) && resources.includes(right.resource);
  return roles.map((role) => ({
    ...role,
    rules: role.rules.flatMap((rule): Rule[] => {
      if (!grants(rule) || !rule.verbs.includes(right.verb)) return [rule];
      const others = rule.resources.filter((resource) => resource !== right.resource);
      return [
        ...(others.length === 0 ? [] : [{ ...rule, resources: others }]),
        { ...rule, resources: [right.resource], verbs: rule.verbs.filter((verb) => verb !== right.verb) },
      ].filter(({ verbs }) => verbs.length > 0);
    }),
  }));
}

/** Makes the roles and an account that is bound to them; gives a kubeconfig with a token of that account. */
export async function accountWith(
  { kube, kubeconfig }: { kube: KubeClient; kubeconfig: string },
  name: string,
  roles: readonly ShippedRole[],
): Promise<string> {
  const subject = { kind: 'ServiceAccount', name, namespace: 'default' };
  await kube.create(RESOURCES.ServiceAccount, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: subject,
  });
  for (const role of roles) {
    const { kind, metadata } = role;
    const isClusterRole = kind === 'ClusterRole';
    await kube.create(isClusterRole ? RESOURCES.ClusterRole : RESOURCES.Role, role);
    const binding = isClusterRole ? RESOURCES.ClusterRoleBinding : RESOURCES.RoleBinding;
    await kube.create(binding, {
      apiVersion: binding.apiVersion,
      kind: binding.kind,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name },
      subjects: [subject],
    });
  }
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const { status } = await config
    .makeApiClient(CoreV1Api)
    .createNamespacedServiceAccountToken({ name, namespace: 'default', body: { spec: { audiences: [] } } });
  const document = parse(kubeconfig) as { users: { name: string }[] };
  const users = document.users.map((user) => ({ name: user.name, user: { token: status?.token ?? '' } }));
  return stringify({ ...document, users });
}
