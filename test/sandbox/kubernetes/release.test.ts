import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { InvalidSpecError, UnworkableError } from '../../../src/domain/errors.ts';
import { readManifestsFolder } from '../../../src/sandbox/kubernetes/manifests-folder.ts';
import { manifestsDigest, pinnedDigest, verifyManifests } from '../../../src/sandbox/kubernetes/release.ts';

const FILES = [
  { path: 'crds/b.yaml', text: 'b\n' },
  { path: 'a.yaml', text: 'a\n' },
];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const KNOWN = { version: 'v0.5.6', manifestsSha256: null };

test('the digest is what sha256sum of its own output gives, whatever the order', () => {
  const lines = `${sha256('a\n')}  a.yaml\n${sha256('b\n')}  crds/b.yaml\n`;
  assert.equal(manifestsDigest(FILES), sha256(lines));
  assert.equal(manifestsDigest(FILES.toReversed()), sha256(lines));
});

test('any other path or content is another digest', () => {
  fc.assert(
    fc.property(
      fc.nat(1),
      fc.constantFrom('path', 'text'),
      fc.string({ minLength: 1 }),
      (at, field, more) => {
        const changed = FILES.map((file, index) =>
          index === at ? { ...file, [field]: file[field] + more } : file,
        );
        assert.notEqual(manifestsDigest(changed), manifestsDigest(FILES));
      },
    ),
  );
});

test('manifests that are not the pinned ones are refused, with both digests', () => {
  assert.throws(
    () => verifyManifests(KNOWN, FILES),
    (error) =>
      error instanceof UnworkableError &&
      error.message.includes(manifestsDigest(FILES)) &&
      error.message.includes(pinnedDigest(KNOWN)),
  );
});

for (const version of ['v0.5.5', 'constructor']) {
  test(`release ${version} is refused with the known ones`, () => {
    assert.throws(
      () => pinnedDigest({ version, manifestsSha256: null }),
      (error) => error instanceof InvalidSpecError && error.message.includes('v0.5.6'),
    );
  });
}

test('any release is installed whose digest the spec gives, and nothing else under its name', () => {
  const given = { version: 'v0.5.5', manifestsSha256: manifestsDigest(FILES) };
  assert.equal(verifyManifests(given, FILES), given.manifestsSha256);
  assert.throws(() => verifyManifests(given, FILES.slice(1)), UnworkableError);
});

test('reads the YAML files of a folder and below, but for the kustomization', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'manifests-'));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'crds'));
  for (const name of ['a.yaml', 'crds/b.yaml', 'kustomization.yaml', 'README.md', 'x.yaml.orig']) {
    await writeFile(join(folder, name), name);
  }
  const files = await readManifestsFolder(folder);
  assert.deepEqual(files.map(({ path, text }) => `${path}=${text}`).sort(), [
    'a.yaml=a.yaml',
    'crds/b.yaml=crds/b.yaml',
  ]);
});

test('says which folder it could not read', async () => {
  await assert.rejects(
    readManifestsFolder('/nowhere/at/all'),
    (error) => error instanceof UnworkableError && error.message.includes('/nowhere/at/all'),
  );
});
