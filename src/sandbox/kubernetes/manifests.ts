import { parseAllDocuments } from 'yaml';
import { UnworkableError } from '../../domain/errors.ts';
import type { KubeObject } from '../../kubernetes/kube-client.ts';

/** A file of the release's manifests: path relative to their folder, with forward slashes. */
export interface ManifestFile {
  path: string;
  text: string;
}

/**
 * What is applied, in this order, one phase after the other. The controller's Deployment stands apart, since it is
 * configured before it is applied.
 */
export interface OrderedManifests {
  namespaces: KubeObject[];
  definitions: KubeObject[];
  /** ServiceAccounts, roles, bindings, then the rest. */
  objects: KubeObject[];
  controller: KubeObject;
}

/** Rank in the order of application. A kind that is not in here is refused: it would be nothing we know to remove. */
const RANKS: Record<string, number> = {
  Namespace: 0,
  CustomResourceDefinition: 1,
  ServiceAccount: 2,
  ClusterRole: 3,
  Role: 3,
  ClusterRoleBinding: 4,
  RoleBinding: 4,
  Service: 5,
  Deployment: 6,
};

/** All Kubernetes objects of the files. Documents that are no objects, empty ones for instance, are left out. */
export function parseManifests(files: readonly ManifestFile[]): KubeObject[] {
  return files.flatMap(({ path, text }) =>
    parseAllDocuments(text).flatMap((document) => {
      const [problem] = document.errors;
      if (problem !== undefined) throw unworkable(path, `is no YAML: ${problem.message}`);
      const content: unknown = document.toJS();
      if (!isObjectWithKind(content)) return [];
      if (isNamed(content)) return [content];
      throw unworkable(path, `holds a ${content.kind} without a name`);
    }),
  );
}

/** Sorts the release's objects into phases. Throws `UnworkableError` for a kind that is not expected, by name. */
export function orderManifests(objects: readonly KubeObject[]): OrderedManifests {
  for (const object of objects) {
    if (RANKS[object.kind] === undefined) {
      throw unworkable(
        `${object.kind} ${object.metadata.name} (${object.apiVersion})`,
        `is of a kind that sandtide does not install; it installs ${Object.keys(RANKS).join(', ')}`,
      );
    }
  }
  const ranked = objects.toSorted((a, b) => RANKS[a.kind]! - RANKS[b.kind]!);
  const rest = ranked.filter(({ kind }) => RANKS[kind]! > 1 && kind !== 'Deployment');
  return {
    namespaces: ranked.filter(({ kind }) => kind === 'Namespace'),
    definitions: ranked.filter(({ kind }) => kind === 'CustomResourceDefinition'),
    objects: rest,
    controller: chooseController(ranked.filter(({ kind }) => kind === 'Deployment')),
  };
}

/** The core and the extensions manifests both hold the whole controller, under one name; the latter does all the former does. */
function chooseController(deployments: KubeObject[]): KubeObject {
  const names = [...new Set(deployments.map(({ metadata }) => metadata.name))];
  const withExtensions = deployments.filter((deployment) => hasFlag(deployment, '--extensions'));
  const [chosen] = withExtensions;
  if (names.length === 1 && withExtensions.length === 1 && chosen !== undefined) return chosen;
  throw unworkable(
    `Deployment ${names.join(', ') || '(none)'}`,
    `one controller with --extensions was expected, ${withExtensions.length} of ${deployments.length} Deployments have it`,
  );
}

function hasFlag(deployment: KubeObject, flag: string): boolean {
  const spec = deployment['spec'] as
    { template?: { spec?: { containers?: { args?: string[] }[] } } } | undefined;
  return spec?.template?.spec?.containers?.some(({ args }) => args?.includes(flag)) ?? false;
}

/** The definition without conversion webhook, for API servers that could not reach one. All we use is the stored version. */
export function withoutConversion(definition: KubeObject): KubeObject {
  return { ...definition, spec: { ...(definition['spec'] as object), conversion: { strategy: 'None' } } };
}

function isNamed(content: { metadata?: { name?: unknown } }): content is KubeObject {
  return typeof content.metadata?.name === 'string';
}

function isObjectWithKind(content: unknown): content is { kind: string; metadata?: { name?: unknown } } {
  if (typeof content !== 'object' || content === null) return false;
  return 'kind' in content && typeof content.kind === 'string' && 'apiVersion' in content;
}

function unworkable(object: string, what: string): UnworkableError {
  return new UnworkableError({ object, what, next: 'use a release of agent-sandbox that sandtide knows' });
}
