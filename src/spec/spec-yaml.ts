import { stringify } from 'yaml';

/** A spec as the YAML that a person would write; it reads back as the same spec. */
export function specYaml(spec: unknown): string {
  return stringify(spec, { lineWidth: 110 });
}
