/** A version as released programs print it. A build's suffix (`+k3s1`) is left out: it changes nothing that we use. */
export interface ReleaseVersion {
  major: number;
  minor: number;
  patch: number;
  /** `rc.1`; empty for a release. */
  preRelease: string;
}

/** Which versions other than the pinned one serve as well. */
export type FitRule = 'exact' | 'same-minor' | 'minor-within-one' | 'same-major-from-pinned';

/** Null where the text is no version (`unknown`, `(devel)`). */
export function parseVersion(text: string): ReleaseVersion | null {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text.trim());
  if (match === null) return null;
  const [, major, minor, patch, preRelease] = match;
  return { major: Number(major), minor: Number(minor), patch: Number(patch), preRelease: preRelease ?? '' };
}

/** Whether a found version serves in place of the pinned one. Pre-releases and unreadable versions never do. */
export function versionFits(found: string, pinned: string, rule: FitRule): boolean {
  const candidate = parseVersion(found);
  const wanted = parseVersion(pinned);
  if (candidate === null || wanted === null || candidate.preRelease !== '') return false;
  if (candidate.major !== wanted.major) return false;
  const newer = candidate.minor - wanted.minor || candidate.patch - wanted.patch;
  switch (rule) {
    case 'exact':
      return newer === 0;
    case 'same-minor':
      return candidate.minor === wanted.minor;
    case 'minor-within-one':
      return Math.abs(candidate.minor - wanted.minor) <= 1;
    case 'same-major-from-pinned':
      return newer >= 0;
  }
}

/** What fits, in words: `v1.35 to v1.37`. */
export function fittingVersions(pinned: string, rule: FitRule): string {
  const version = parseVersion(pinned);
  if (version === null) return pinned;
  const { major, minor } = version;
  switch (rule) {
    case 'exact':
      return pinned;
    case 'same-minor':
      return `v${major}.${minor}.x`;
    case 'minor-within-one':
      return `v${major}.${Math.max(0, minor - 1)} to v${major}.${minor + 1}`;
    case 'same-major-from-pinned':
      return `${pinned} or a newer v${major}`;
  }
}
