import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { UnworkableError } from '../../domain/errors.ts';
import type { ManifestFile } from './manifests.ts';

/** kustomization.yaml tells another tool how to assemble these same files; it is no object. */
const NOT_APPLIED = new Set(['kustomization.yaml', 'kustomization.yml']);

/** All YAML files of a release's k8s/ folder and the folders in it, in no order. */
export async function readManifestsFolder(folder: string): Promise<ManifestFile[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const used = entries.filter(
      (entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && !NOT_APPLIED.has(entry.name),
    );
    return await Promise.all(
      used.map(async ({ parentPath, name }) => {
        const file = join(parentPath, name);
        return { path: relative(folder, file).split(sep).join('/'), text: await readFile(file, 'utf8') };
      }),
    );
  } catch (error) {
    throw new UnworkableError({
      object: folder,
      what: `the manifests of agent-sandbox can't be read: ${error instanceof Error ? error.message : String(error)}`,
      next: "give a folder with the release's k8s/ files",
      cause: error,
    });
  }
}
