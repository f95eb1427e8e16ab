import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Plan } from '../../../src/domain/plan.ts';
import type { ClusterRecord } from '../../../src/providers/local/cluster-record.ts';
import { createLocalProvider } from '../../../src/providers/local/local-provider.ts';
import type { ClusterHome, ClusterProvider } from '../../../src/providers/provider.ts';
import type { RunSpec } from '../../../src/spec/schema.ts';
import { createToolchain } from '../../../src/toolchain/create-toolchain.ts';
import type { ContractWorld } from '../contract.ts';
import { specWith } from '../sample-run.ts';
import type { Request } from './do-here.ts';

export function homeOf(workflowId: string): ClusterHome {
  return { kind: 'embedded', sessionId: 'test', workflowId };
}

/** The real provider on that state folder; `replaced` programs lie elsewhere than where they would be found. */
export function localProvider(stateFolder: string, replaced: Record<string, string> = {}): ClusterProvider {
  const toolchain = createToolchain();
  const findAll: typeof toolchain.findAll = async (names, work) => {
    const found = await toolchain.findAll(names, work);
    for (const [name, path] of Object.entries(replaced))
      if (found[name]) found[name] = { ...found[name], path };
    return found;
  };
  return createLocalProvider({ toolchain: { findAll }, stateFolder, home: homeOf });
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

  provider(replaced: Record<string, string> = {}): ClusterProvider {
    return localProvider(this.stateFolder, replaced);
  }

  async record(plan: Plan): Promise<ClusterRecord> {
    return JSON.parse(await readFile(join(this.folderOf(plan), 'cluster.json'), 'utf8')) as ClusterRecord;
  }

  folderOf({ cluster }: Plan): string {
    return join(this.stateFolder, 'local', cluster.name);
  }

  async killCreate(plan: Plan, afterLines: number): Promise<void> {
    const { child, ended, lines } = this.elsewhere({ plan, ensure: this.spec });
    let told = 0;
    for await (const line of lines) {
      told += 1;
      if (line === 'done') throw new Error(`it was done after ${told} lines`);
      if (told === afterLines) break;
    }
    // What the line announces is under way by then.
    await sleep(400);
    child.kill('SIGKILL');
    await ended;
  }

  /** Does it in a process of its own. */
  elsewhere(request: Omit<Request, 'stateFolder'>) {
    const program = fileURLToPath(new URL('do-here.ts', import.meta.url));
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(JSON.stringify({ stateFolder: this.stateFolder, ...request }));
    return { child, ended: once(child, 'exit'), lines: createInterface({ input: child.stdout }) };
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
