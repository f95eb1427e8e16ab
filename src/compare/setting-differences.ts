import type { RunReport } from '../report/report.ts';
import type { SettingDifference } from './comparison.ts';

/** Parts of a spec that change no figure: what is told of a run, and what becomes of it. */
const OF_NO_ACCOUNT = [
  'description',
  'keep',
  'limits',
  'onFailure',
  'report',
  'takeOver',
  'thresholds',
  'through',
];

const NOTHING = 'none';

/**
 * Everything in which two runs were not alike, by name: spec, versions, manifests, nodes, and the machine of the load.
 * Only differences of the load prevent a comparison; all others may be the very thing that is compared.
 */
export function settingDifferences(a: SettingsOf, b: SettingsOf): SettingDifference[] {
  const [left, right] = [settings(a), settings(b)];
  const names = [...new Set([...left.keys(), ...right.keys()])].toSorted();
  return names.flatMap((what) => {
    const [one, other] = [left.get(what) ?? NOTHING, right.get(what) ?? NOTHING];
    return one === other ? [] : [{ what, a: one, b: other, prevents: what.startsWith('load.') }];
  });
}

export type SettingsOf = Pick<RunReport, 'spec' | 'versions' | 'digests' | 'cluster' | 'files'>;

function settings({ spec, versions, digests, cluster, files }: SettingsOf): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(spec)) {
    if (!OF_NO_ACCOUNT.includes(key)) flatten([key], value, found);
  }
  // The spec's digest says no more than the spec itself, and changes with its description.
  const { spec: _, ...others } = digests;
  flatten(['versions'], versions, found);
  flatten(['digests'], others, found);
  flatten(['nodes'], cluster?.nodes ?? {}, found);
  found.set('host', files.host);
  return found;
}

function flatten(path: readonly string[], value: unknown, into: Map<string, string>): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) flatten([...path, key], inner, into);
  } else {
    into.set(path.join('.'), typeof value === 'string' ? value : JSON.stringify(value));
  }
}
