import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { Plan } from '../../../src/domain/plan.ts';
import { createExistingProvider } from '../../../src/providers/existing/existing-provider.ts';
import type { ClusterHome, ClusterProvider } from '../../../src/providers/provider.ts';
import { resolveSpec } from '../../../src/spec/resolve.ts';
import type { RunSpec } from '../../../src/spec/schema.ts';
import type { ControlPlane } from '../../support/control-plane.ts';
import { startControlPlane } from '../../support/control-plane.ts';
import type { ContractWorld } from '../contract.ts';

const CONTEXT = 'arn:aws:eks:eu-west-1:1:cluster/prod';

export function homeOf(workflowId: string): ClusterHome {
  return { kind: 'temporal', address: '127.0.0.1:7233', namespace: 'default', workflowId };
}

/** The provider on that state folder, with nothing in its environment. */
export function existingProvider(stateFolder: string, env: NodeJS.ProcessEnv = {}): ClusterProvider {
  return createExistingProvider({ stateFolder, env, home: homeOf });
}

/** The kubeconfig under another context's name, as a file that somebody has on his machine. */
export async function writeKubeconfig(path: string, kubeconfig: string, context = CONTEXT): Promise<string> {
  const document = parse(kubeconfig) as { contexts: { context: unknown }[] };
  const contexts = [{ name: context, context: document.contexts[0]?.context }];
  await writeFile(path, stringify({ ...document, 'current-context': 'other', contexts }), { mode: 0o600 });
  return path;
}

/** A control plane of this machine in the part of somebody's cluster. */
export class ExistingWorld implements ContractWorld {
  readonly plane: ControlPlane;
  readonly folder: string;
  readonly spec: RunSpec;
  readonly homeOf = homeOf;
  /** It has nothing to wait for: it is aborted by its first line, or is done. */
  readonly abortAfterMs = 0;

  private constructor(plane: ControlPlane, folder: string) {
    this.plane = plane;
    this.folder = folder;
    this.spec = this.specWith({});
  }

  static async make(name = 'somebodys'): Promise<ExistingWorld> {
    const plane = await startControlPlane(name);
    const folder = await mkdtemp(join(tmpdir(), 'sandtide-existing-'));
    await writeKubeconfig(join(folder, 'kubeconfig'), plane.access.kubeconfig);
    return new ExistingWorld(plane, folder);
  }

  specWith(agentSandbox: Record<string, unknown>, provider: Record<string, unknown> = {}): RunSpec {
    return resolveSpec({
      load: { qps: 1, duration: '1s' },
      provider: {
        type: 'existing',
        kubeconfig: join(this.folder, 'kubeconfig'),
        context: CONTEXT,
        ...provider,
      },
      agentSandbox: { template: { nodeSelector: {} }, ...agentSandbox },
    });
  }

  provider(env: NodeJS.ProcessEnv = {}): ClusterProvider {
    return existingProvider(join(this.folder, 'state'), env);
  }

  /** In a process of its own, which kills itself: all of it takes less time than it would to kill it. */
  async killCreate(plan: Plan, afterLines: number): Promise<void> {
    const program = fileURLToPath(new URL('killed-create.ts', import.meta.url));
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'ignore', 'inherit'] });
    const stateFolder = join(this.folder, 'state');
    child.stdin.end(JSON.stringify({ stateFolder, plan, spec: this.spec, afterLines }));
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    if (signal !== 'SIGKILL') throw new Error('it was done before it had told so many lines');
  }

  async secretFiles(): Promise<{ path: string; mode: number }[]> {
    const state = join(this.folder, 'state');
    const entries = await readdir(state, { recursive: true, withFileTypes: true });
    return Promise.all(
      entries
        .filter((entry) => entry.isFile())
        .map(async ({ name, parentPath }) => {
          const path = join(parentPath, name);
          return { path, mode: (await stat(path)).mode };
        }),
    );
  }

  async dispose(): Promise<void> {
    await this.plane.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
