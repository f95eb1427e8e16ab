import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Plan } from '../../../src/domain/plan.ts';
import type { Work } from '../../../src/domain/work.ts';
import { createKindProvider } from '../../../src/providers/kind/kind-provider.ts';
import { kindProgram } from '../../../src/providers/kind/kind-program.ts';
import type { KindProgramOptions } from '../../../src/providers/kind/kind-program.ts';
import type { ClusterHome, ClusterProvider } from '../../../src/providers/provider.ts';
import type { RunSpec } from '../../../src/spec/schema.ts';
import { failure, json, scriptedServer } from '../../kubernetes/scripted-server.ts';
import { planFor, specWith } from '../sample-run.ts';

export const WORK: Work = { signal: AbortSignal.timeout(240_000), progress: () => undefined };

export const homeOf = (workflowId: string): ClusterHome => ({
  kind: 'temporal',
  ...{ address: '127.0.0.1:7233', namespace: 'default', workflowId },
});

interface Call {
  args: string[];
  /** What the variable of that name was; `unset` where it was not there. */
  kubeconfig: string;
  clusterName: string;
}

/** A folder with a `kind` in it that keeps its calls, and an API server that has ConfigMaps and three nodes. */
export interface KindWorld {
  folder: string;
  stateFolder: string;
  spec: RunSpec;
  /** Another worker's provider: on another state folder where one is given. */
  provider(options?: KindProgramOptions, stateFolder?: string): ClusterProvider;
  planOf(runName: string, owner: string): Plan;
  /** What the call that begins with these two words does, once. */
  fault(words: string, what: string): void;
  says(version: string): void;
  calls(words?: string): Call[];
  clusters(): string[];
  setClusters(names: string[]): void;
  configOf(plan: Plan): string;
}

export async function kindWorld(
  context: TestContext,
  provider: Record<string, unknown> = {},
): Promise<KindWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'sandtide-kind-'));
  context.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const program = join(folder, 'kind');
  copyFileSync(join(import.meta.dirname, 'fake-kind.sh'), program);
  chmodSync(program, 0o755);
  const file = (name: string) => join(folder, name);
  const read = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : '');
  const lines = (name: string) =>
    read(name)
      .split('\n')
      .filter((line) => line !== '');
  writeFileSync(file('version'), 'kind v0.30.0 go1.25.1 linux/amd64\n');
  const { kubeconfig } = await scriptedServer(context, configMaps());
  writeFileSync(file('kubeconfig'), kubeconfig);
  const stateFolder = join(folder, 'state');
  const spec = specWith({ type: 'kind', ...provider });
  const env = {
    PATH: `${folder}:${process.env['PATH']}`,
    KUBECONFIG: '/their/own',
    KIND_CLUSTER_NAME: 'theirs',
  };
  const make = (options: KindProgramOptions = {}, state = stateFolder) =>
    createKindProvider({ kind: kindProgram({ env, ...options }), stateFolder: state, home: homeOf });
  return {
    folder,
    stateFolder,
    spec,
    provider: make,
    planOf: (runName, owner) => planFor(make(), spec, runName, owner),
    fault: (words, what) => writeFileSync(file(`fault ${words}`), `${what}\n`),
    says: (version) => writeFileSync(file('version'), `kind ${version}\n`),
    calls: (words = '') =>
      lines('calls')
        .map((line) => line.split('\u001f'))
        .map((words): Call => ({
          args: words.slice(0, -2),
          kubeconfig: words.at(-2) ?? '',
          clusterName: words.at(-1) ?? '',
        }))
        .filter(({ args }) => args.join(' ').startsWith(words)),
    clusters: () => lines('clusters'),
    setClusters: (names) => writeFileSync(file('clusters'), names.map((name) => `${name}\n`).join('')),
    configOf: ({ cluster }) => read(`config ${cluster.name}`),
  };
}

const NODES = ['control-plane', 'general', 'sandbox'].map((pool) => ({
  metadata: { name: pool, labels: pool === 'control-plane' ? {} : { 'sandtide.dev/pool': pool } },
  status: { nodeInfo: { kubeletVersion: 'v1.34.0' } },
}));

function configMaps(): Parameters<typeof scriptedServer>[1] {
  let kept: { metadata: object; data: object } | null = null;
  return (response, { method, url, body }) => {
    if (url.pathname.endsWith('/nodes')) return json(response, { metadata: {}, items: NODES });
    if (!url.pathname.includes('/namespaces/kube-system/configmaps'))
      return failure(response, 404, 'NotFound', 'none');
    if (method === 'GET' && kept !== null) return json(response, kept);
    if (method === 'GET') return failure(response, 404, 'NotFound', 'none');
    if (method === 'POST' && kept !== null) return failure(response, 409, 'AlreadyExists', 'it exists');
    kept = JSON.parse(body) as typeof kept;
    return json(response, kept);
  };
}
