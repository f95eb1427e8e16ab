import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Planted } from '../support/planted-workflows.ts';
import { PlantedWorkflows } from '../support/planted-workflows.ts';
import { bundleOf, silence, WORKFLOWS } from '../support/run-environment.ts';

/** Bundles of our workflows for the workers of cells, each made once. */
export class Bundles {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sandtide-bundles-'));
  readonly #made = new Map<string, Promise<string>>();

  /** The path of a bundle with these faults planted in it; with none, of the workflows as they are. */
  of(planted: readonly Planted[]): Promise<string> {
    const key = JSON.stringify(planted);
    const made = this.#made.get(key) ?? this.#make(planted, join(this.#folder, `${this.#made.size}.js`));
    this.#made.set(key, made);
    return made;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #make(planted: readonly Planted[], path: string): Promise<string> {
    silence();
    const copy = planted.length === 0 ? null : new PlantedWorkflows(planted);
    try {
      const { code } = await bundleOf(copy?.workflowsPath ?? WORKFLOWS);
      writeFileSync(path, code);
      return path;
    } finally {
      copy?.remove();
    }
  }
}
