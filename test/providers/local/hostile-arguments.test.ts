import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { UnavailableError } from '../../../src/domain/errors.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import type { Work } from '../../../src/domain/work.ts';
import type { KubeObject } from '../../../src/kubernetes/kube-client.ts';
import { createLocalProvider } from '../../../src/providers/local/local-provider.ts';
import type { ClusterProvider } from '../../../src/providers/provider.ts';
import { configureController } from '../../../src/sandbox/kubernetes/controller-deployment.ts';
import { resolveSpec } from '../../../src/spec/resolve.ts';
import type { RunSpec } from '../../../src/spec/schema.ts';
import { HOSTILE_TEXTS } from '../../activities/hostile-inputs.ts';
import { planFor } from '../sample-run.ts';
import { homeOf } from './local-world.ts';

const work: Work = { signal: AbortSignal.timeout(120_000), progress: () => undefined };
/** What stands in every text of the spec that takes any, so that it is found wherever it goes. */
const CANARY = 'canary';

/** As hostile as a spec may be and still be one. */
function hostileSpec(text: string): RunSpec {
  return resolveSpec({
    description: `${text.slice(0, 100)} --${CANARY} @${CANARY} file:///${CANARY}`,
    provider: { type: 'local', podStartup: { delay: '1ms', jitter: '0.5s' } },
    agentSandbox: {
      namespace: `${CANARY}-file`,
      controller: {
        image: `${CANARY}/--kubeconfig:-x`,
        kubeApiQps: -1,
        kubeApiBurst: 7,
        cpuRequest: '0.5m',
      },
      template: { image: `${CANARY}.example/a/--b`, runtimeClass: `${CANARY}-o` },
    },
    load: { qps: 1e-3, total: 1, workloadDuration: '1ms' },
    report: { folder: `${CANARY}/a--b` },
  });
}

/** The controller's Deployment, as the release's manifests have it. */
const DEPLOYMENT: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'agent-sandbox-controller', namespace: 'agent-sandbox-system' },
  spec: {
    template: { spec: { containers: [{ name: 'c', args: ['--extensions', '--leader-elect=true'] }] } },
  },
};

describe('a hostile spec', { timeout: 120_000 }, () => {
  let folder: string;
  let stateFolder: string;
  let provider: ClusterProvider;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandtide-hostile-'));
    stateFolder = join(folder, 'state');
    const program = join(folder, 'recorder');
    // Writes down its own arguments, each ended by NUL, and fails.
    await writeFile(program, `#!/bin/sh\nprintf '%s\\0' "$@" > '${folder}/arguments.'$$\nexit 1\n`);
    await chmod(program, 0o700);
    provider = createLocalProvider({
      toolchain: {
        findAll: async (names) =>
          Object.fromEntries(
            names.map((name) => [
              name,
              { name, version: 'v1.0.0', origin: 'explicit' as const, path: program },
            ]),
          ),
      },
      stateFolder,
      home: homeOf,
    });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** The arguments of every program that was started since the last call. */
  async function started(): Promise<string[][]> {
    const files = (await readdir(folder)).filter((name) => name.startsWith('arguments.'));
    return Promise.all(
      files.map(async (name) => {
        const text = await readFile(join(folder, name), 'utf8');
        await rm(join(folder, name));
        return text.split('\0').slice(0, -1);
      }),
    );
  }
  const clusterRoot = ({ cluster }: Plan) => join(stateFolder, 'local', cluster.name);

  it('gives kwokctl no argument, whatever the run is called', async () => {
    for (const [index, text] of HOSTILE_TEXTS.entries()) {
      const spec = hostileSpec(text);
      const plan = planFor(provider, spec, text, index.toString(16).padStart(10, '0'));
      await assert.rejects(provider.ensure(plan, spec, work), UnavailableError);
      const root = clusterRoot(plan);
      assert.match(root.slice(stateFolder.length), /^\/local\/st-[a-z0-9-]+$/);
      const config = join(root, 'kwokctl.yaml');
      assert.deepEqual(await started(), [
        ['create', 'cluster', '--name', 'plane', '--config', config, '--kubeconfig', ''],
      ]);
      const documents = parseAllDocuments(await readFile(config, 'utf8'));
      assert.ok(Array.isArray(documents) && documents.length > 3);
      assert.ok(
        !JSON.stringify(documents).includes(CANARY),
        'its configuration holds numbers of the spec alone',
      );
    }
  });

  it('gives the controller nothing but numbers, as values of flags that are ours', async () => {
    for (const [index, text] of HOSTILE_TEXTS.slice(0, 5).entries()) {
      const spec = hostileSpec(text);
      const plan = planFor(provider, spec, text, index.toString(16).padStart(10, 'a'));
      await assert.rejects(provider.ensure(plan, spec, work), UnavailableError);
      await started();
      // The recorder made no control plane; as if it had.
      const record = join(clusterRoot(plan), 'cluster.json');
      await writeFile(record, JSON.stringify({ ...JSON.parse(await readFile(record, 'utf8')), made: true }));
      const surroundings = { labels: plan.labels, webhooks: false };
      const deployment = configureController(DEPLOYMENT, spec.agentSandbox.controller, surroundings);
      await assert.rejects(provider.runDeployment!(plan.cluster, deployment, work), UnavailableError);
      const [args = [], ...others] = await started();
      assert.deepEqual(others, []);
      const own = [
        /^--extensions$/,
        /^--leader-elect=true$/,
        /^--leader-election-namespace=agent-sandbox-system$/,
      ];
      const ofSpec = /^--(?:sandbox|kube-api)-[a-z-]+=-?\d+$/;
      const outside =
        /^--(?:kubeconfig|webhook-cert-dir)=\/.*|^--(?:metrics|health-probe)-bind-address=127\.0\.0\.1:\d+$|^--enable-webhook=false$|^--webhook-port=\d+$/;
      for (const arg of args) {
        assert.ok(
          [...own, ofSpec, outside].some((allowed) => allowed.test(arg)),
          arg,
        );
        assert.ok(!arg.includes(CANARY), arg);
      }
      assert.equal(args.filter((arg) => ofSpec.test(arg)).length, 7);
      assert.ok(args.includes('--kube-api-burst=7'), 'the spec really reached it');
    }
  });
});
