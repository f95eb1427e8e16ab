import { stringify } from 'yaml';
import type { KubeObject } from '../../kubernetes/kube-client.ts';

/** Bookkeeping of the API server and of kubectl, many times as long as what it is about. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const MOST_CHARACTERS = 64 * 1024;

/**
 * An object as it is in the cluster, as YAML; bounded. Values of environment variables are left out: they are where
 * people put secrets.
 */
export function liveManifest(object: KubeObject): string {
  const { apiVersion, kind, metadata, ...rest } = object;
  const { annotations, ...meta } = metadata;
  const kept = Object.entries(annotations ?? {}).filter(([name]) => name !== LAST_APPLIED);
  const plain = {
    apiVersion,
    kind,
    metadata: {
      ...meta,
      managedFields: undefined,
      annotations: kept.length === 0 ? undefined : Object.fromEntries(kept),
    },
    ...rest,
  };
  const text = stringify(withoutEnvValues(plain), { lineWidth: 0, aliasDuplicateObjects: false });
  return text.length <= MOST_CHARACTERS
    ? text
    : `${text.slice(0, MOST_CHARACTERS)}\n# ${text.length - MOST_CHARACTERS} more characters left out\n`;
}

function withoutEnvValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEnvValues);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'env' && Array.isArray(item) ? item.map(withoutValue) : withoutEnvValues(item),
    ]),
  );
}

function withoutValue(variable: unknown): unknown {
  const isLiteral = typeof variable === 'object' && variable !== null && 'value' in variable;
  return isLiteral ? { ...variable, value: '(left out)' } : variable;
}
