import { createHash } from 'node:crypto';
import { InvalidSpecError, UnworkableError } from '../../domain/errors.ts';
import type { AGENT_SANDBOX_RELEASES } from '../../spec/agent-sandbox-schema.ts';
import type { ManifestFile } from './manifests.ts';

/** Label of our controller Deployment that says which release it is of. */
export const VERSION_LABEL = 'app.kubernetes.io/version';

/** Release -> SHA-256 of its manifests, as `manifestsDigest` counts it. A new one is a row here and in the spec's schema. */
const MANIFESTS_SHA256 = {
  'v0.5.6': '7539a9fe29d3e3373837f7c9318659c5a44bdd173beebc9bae53cf90bcbf9100',
} satisfies Record<(typeof AGENT_SANDBOX_RELEASES)[number], string>;

const KNOWN_RELEASES: readonly string[] = Object.keys(MANIFESTS_SHA256);

/** A release, and the digest that a spec gives of its manifests; null where it leaves that to us. */
export interface ReleaseReference {
  version: string;
  manifestsSha256: string | null;
}

/**
 * The digest that a release's manifests must have: the spec's own, or the pinned one. Throws `InvalidSpecError`, naming
 * the known ones, for any other release: a spec that was resolved by another version of sandtide may name one.
 */
export function pinnedDigest({ version, manifestsSha256 }: ReleaseReference): string {
  if (manifestsSha256 !== null) return manifestsSha256;
  if (isKnown(version)) return MANIFESTS_SHA256[version];
  throw new InvalidSpecError([
    {
      path: 'agentSandbox.version',
      message: `${JSON.stringify(version)} is no release whose manifests sandtide knows (known: ${KNOWN_RELEASES.join(', ')}); give their digest as agentSandbox.manifestsSha256`,
    },
  ]);
}

function isKnown(version: string): version is keyof typeof MANIFESTS_SHA256 {
  return Object.hasOwn(MANIFESTS_SHA256, version);
}

/**
 * SHA-256 over the lines that `sha256sum` prints for the files in the order of their paths, so that it can be checked
 * by hand in the release's k8s/: `find * -name '*.yaml' ! -name kustomization.yaml | LC_ALL=C sort | xargs sha256sum | sha256sum`.
 */
export function manifestsDigest(files: readonly ManifestFile[]): string {
  const sorted = files.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  return sha256(sorted.map(({ path, text }) => `${sha256(text)}  ${path}\n`).join(''));
}

/** The files' digest. Throws `UnworkableError` naming both where it is not the pinned one. */
export function verifyManifests(release: ReleaseReference, files: readonly ManifestFile[]): string {
  const { version } = release;
  const pinned = pinnedDigest(release);
  const found = manifestsDigest(files);
  if (found === pinned) return found;
  throw new UnworkableError({
    object: `the manifests of agent-sandbox ${version}`,
    what: `their SHA-256 is ${found}, pinned is ${pinned} (${files.length} files)`,
    next: 'remove the cached copy, or give the unchanged k8s/ folder of that release; nothing of them was applied',
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
