import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** One change to the workflow code: `find` (there once) becomes `put`. */
export interface Planted {
  /** Below `workflows/`. */
  file: string;
  find: string;
  put: string;
}

/** A copy of all that is bundled, with faults planted in it. */
export class PlantedWorkflows {
  readonly folder = mkdtempSync(join(tmpdir(), 'sandtide-planted-'));
  readonly workflowsPath = join(this.folder, 'workflows/index.ts');

  constructor(changes: readonly Planted[]) {
    for (const part of ['workflows', 'src/domain', 'package.json']) {
      cpSync(join(PROJECT, part), join(this.folder, part), { recursive: true });
    }
    symlinkSync(join(PROJECT, 'node_modules'), join(this.folder, 'node_modules'));
    for (const { file, find, put } of changes) {
      const path = join(this.folder, 'workflows', file);
      const parts = readFileSync(path, 'utf8').split(find);
      assert.equal(parts.length, 2, `${file} has ${parts.length - 1} times: ${find}`);
      writeFileSync(path, parts.join(put));
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
