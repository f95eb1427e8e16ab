import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Plan } from '../../../src/domain/plan.ts';
import { createLocalProvider } from '../../../src/providers/local/local-provider.ts';
import type { ClusterHome, ClusterProvider } from '../../../src/providers/provider.ts';
import type { RunSpec } from '../../../src/spec/schema.ts';
import { createToolchain } from '../../../src/toolchain/create-toolchain.ts';
import type { ContractWorld } from '../contract.ts';
import { specWith } from '../sample-run.ts';

export function homeOf(workflowId: string): ClusterHome {
  return { kind: 'embedded', sessionId: 'test', workflowId };
}

/** The real provider on that state folder. */
export function localProvider(stateFolder: string): ClusterProvider {
  return createLocalProvider({ toolchain: createToolchain(), stateFolder, home: homeOf });
}

/** Local clusters in a state folder of the test's own. */
export class LocalWorld implements ContractWorld {
  readonly stateFolder: string;
  readonly spec: RunSpec;
  readonly homeOf = homeOf;

  private constructor(stateFolder: string, spec: RunSpec) {
    this.stateFolder = stateFolder;
    this.spec = spec;
  }

  static async make(provider: Record<string, unknown> = SMALL): Promise<LocalWorld> {
    return new LocalWorld(await mkdtemp(join(tmpdir(), 'sandtide-local-')), specWith(provider));
  }

  provider(): ClusterProvider {
    return localProvider(this.stateFolder);
  }

  folderOf({ cluster }: Plan): string {
    return join(this.stateFolder, 'local', cluster.name);
  }

  /** Right after the line was told, and so somewhere in what it announces. */
  async killCreate(plan: Plan, afterLines: number): Promise<void> {
    const program = fileURLToPath(new URL('ensure-here.ts', import.meta.url));
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    child.stdin.end(JSON.stringify({ stateFolder: this.stateFolder, plan, spec: this.spec }));
    let lines = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      lines += 1;
      if (line === 'done') throw new Error(`it was done after ${lines} lines`);
      if (lines === afterLines) break;
    }
    // Kwokctl and the components have been started by then, some of them.
    await new Promise((resolve) => setTimeout(resolve, 400));
    child.kill('SIGKILL');
    await ended;
  }

  async secretFiles(plan: Plan): Promise<{ path: string; mode: number }[]> {
    const entries = await readdir(this.folderOf(plan), { recursive: true, withFileTypes: true });
    const files = entries.filter(
      ({ name, parentPath }) => /\.(json|ya?ml|key|crt)$/.test(name) || parentPath.endsWith('pki'),
    );
    return Promise.all(
      files.map(async ({ name, parentPath }) => {
        const path = join(parentPath, name);
        return { path, mode: (await stat(path)).mode };
      }),
    );
  }

  async dispose(): Promise<void> {
    const provider = this.provider();
    const work = { signal: AbortSignal.timeout(60_000), progress: () => undefined };
    for (const { handle, owner } of await provider.list(work)) await provider.remove(handle, owner, work);
    await rm(this.stateFolder, { recursive: true, force: true });
  }
}

/** As few nodes as a cluster may have. */
const SMALL = { type: 'local', pools: { general: { nodes: 1 }, sandbox: { nodes: 1 } } };
