import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { InvalidSpecError } from '../../src/domain/errors.ts';
import { importConfig } from '../../src/pkb/import-config.ts';
import { importedYaml } from '../../src/pkb/imported-yaml.ts';
import { PKB_NAMES } from '../../src/pkb/names.ts';
import { parseDocument } from '../../src/spec/parse-document.ts';
import { readSpecFile } from '../../src/spec/read-file.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { schemaPlaces } from '../../src/spec/schema-node.ts';

const config = (name: string) => readSpecFile(join(import.meta.dirname, 'configs', name));
const importText = (text: string, ...flags: string[]) =>
  importConfig(parseDocument(text, 'pkb.yaml', false), flags);
const LEAST = 'container_cluster: {}\nagent_sandbox: {}\n';

function problemsOf(text: string, ...flags: string[]): string[] {
  try {
    importText(text, ...flags);
  } catch (error) {
    if (!(error instanceof InvalidSpecError)) throw error;
    return error.problems.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
  }
  throw new Error('the config was accepted');
}

describe('a config of the earlier generation', () => {
  it('becomes a spec with all that it says', async () => {
    const { spec } = importConfig(await config('june.yaml'), []);
    assert.deepEqual(spec, {
      provider: {
        type: 'local',
        pools: {
          general: { nodes: 2, machineType: 'c4-standard-4' },
          sandbox: {
            nodes: 6,
            machineType: 'c4-standard-16',
            taints: [
              { key: 'sandbox.gke.io/runtime', value: 'runsc', effect: 'NoSchedule' },
              { key: 'team', value: 'tide', effect: 'NoExecute' },
            ],
          },
        },
      },
      agentSandbox: {
        type: 'Kubernetes',
        controller: {
          image: 'example.test/agent-sandbox-controller:v20260527',
          claimWorkers: 40,
          cpuRequest: '500m',
          cpuLimit: '2',
          memoryRequest: '256Mi',
          memoryLimit: '1Gi',
          enableTracing: true,
          otlpEndpoint: 'http://collector.monitoring:4317',
          leaderElect: false,
        },
        template: { runtimeClass: 'runsc', cpuLimit: '500m', memoryLimit: '1Gi', labels: { team: 'tide' } },
        warmPool: { replicas: 30 },
        claim: { ttlAfterFinished: '2m' },
      },
      load: { qps: 5, duration: '2m' },
    });
  });

  it('says what was left behind', async () => {
    const { left } = importConfig(await config('june.yaml'), []);
    const about = (words: string) => left.some((line) => line.startsWith(words));
    const expected = [
      'container_cluster.cloud',
      'container_cluster.vm_spec.GCP.zone',
      'agent_sandbox.manifest_ref',
      'agent_sandbox.namespace',
      '--run_uri',
    ];
    assert.deepEqual(
      expected.filter((words) => !about(words)),
      [],
    );
  });
});

describe('a config of the newest generation', () => {
  it("takes PerfKitBenchmarker's defaults where it says nothing, and the pool that it names", async () => {
    const { spec } = importConfig(await config('newest.yaml'), []);
    assert.deepEqual(spec, {
      provider: { type: 'local', pools: { sandbox: { nodes: 8, maxPods: 110, labels: { disk: 'fast' } } } },
      agentSandbox: {
        type: 'Kubernetes',
        version: 'v0.5.6',
        namespace: 'bench',
        template: { runtimeClass: 'runsc' },
        warmPool: { replicas: 150 },
      },
      load: { qps: 10, duration: '60s' },
    });
  });
});

describe('a config for several clouds', () => {
  it('gives the machines of the one that it is for', () => {
    const text = (cloud: string) =>
      `container_cluster:\n  cloud: ${cloud}\n  vm_spec: { GCP: { machine_type: g }, AWS: { machine_type: a } }\n`;
    const machine = (cloud: string) => {
      const { provider } = resolveSpec(importText(text(cloud)).spec);
      return provider.type === 'local' ? provider.pools.general.machineType : null;
    };
    assert.deepEqual([machine('GCP'), machine('AWS')], ['g', 'a']);
  });
});

describe('flags', () => {
  it('of both generations set the same, over the config, with or without hyphens', () => {
    const load = (...flags: string[]) => importText(LEAST, ...flags).spec['load'];
    assert.deepEqual(load('--agent_sandbox_qps=20', 'agent_sandbox_total=100'), { qps: 20, total: 100 });
    const { spec } = importText(
      LEAST,
      '--agent_sandbox_controller_ref=v0.5.6',
      '--noagent_sandbox_controller_leader_elect',
    );
    const { agentSandbox } = resolveSpec(spec);
    assert.equal(agentSandbox.version, 'v0.5.6');
    assert.equal(agentSandbox.controller.leaderElect, false);
  });

  it('of other parts of PerfKitBenchmarker are left behind by name', () => {
    assert.ok(importText(LEAST, '--cloud=GCP').left.some((line) => line.startsWith('--cloud')));
  });
});

describe('a long load', () => {
  it('gets a lease that covers it', () => {
    const { spec } = importText(LEAST, '--agent_sandbox_duration=36000');
    assert.equal(resolveSpec(spec).limits.lease, '11h');
  });
});

describe('what is wrong', () => {
  it('is told all at once, where it stands', () => {
    const text = [
      'agent_sandbox:',
      '  container_cluster:',
      '    vm_count: none',
      '    nodepools:',
      '      sandbox: { vm_count: 0, node_taints: [nonsense] }',
      '  agent_sandbox:',
      '    controler: { claim_workers: 4 }',
      '    controller:',
      '      claim_workers: many',
      '      memory_request: lots',
      '    sandbox_warmpool: { replicas: -1 }',
    ].join('\n');
    const problems = problemsOf(text, '--agent_sandbox_qp=3', '--agent_sandbox_max_concurrent=0');
    const at = (start: string) => problems.filter((problem) => problem.startsWith(start));
    assert.deepEqual(
      [
        '3:5 agent_sandbox.container_cluster.vm_count: ',
        '5:18 agent_sandbox.container_cluster.nodepools.sandbox.vm_count: found 0',
        '5:31 agent_sandbox.container_cluster.nodepools.sandbox.node_taints: ',
        '7:18 agent_sandbox.agent_sandbox.controler.claim_workers: PerfKitBenchmarker knows no ',
        '9:7 agent_sandbox.agent_sandbox.controller.claim_workers: found "many"',
        '10:7 agent_sandbox.agent_sandbox.controller.memory_request: found "lots"',
        '11:25 agent_sandbox.agent_sandbox.sandbox_warmpool.replicas: found -1',
        'undefined:undefined --agent_sandbox_qp=3: ',
        'undefined:undefined --agent_sandbox_max_concurrent: found 0',
      ].filter((start) => at(start).length !== 1),
      [],
      problems.join('\n'),
    );
    assert.equal(problems.length, 9, problems.join('\n'));
    assert.match(at('7:18')[0] ?? '', /did you mean agent_sandbox\.controller\.claim_workers/);
    assert.match(at('undefined:undefined --agent_sandbox_qp=')[0] ?? '', /did you mean agent_sandbox_qps/);
  });

  for (const [what, text] of [
    ['an empty file', ''],
    ['a list', '- a\n'],
    ['no benchmark', 'iperf: { vm_groups: {} }\n'],
    ['two benchmarks', 'a: { agent_sandbox: {} }\nb: { agent_sandbox: {} }\n'],
  ] as const) {
    it(`is the whole file, where it is ${what}`, () => assert.equal(problemsOf(text).length, 1));
  }
});

describe('the YAML', () => {
  it('reads back as the same spec, names the origin of each value and what was left', async () => {
    const imported = importConfig(await config('june.yaml'), []);
    const text = importedYaml(imported, 'june.yaml', '../spec.schema.json');
    assert.deepEqual(parseDocument(text, 'spec.yaml', false).input, imported.spec);
    assert.match(text, /^# yaml-language-server: \$schema=\.\.\/spec\.schema\.json\n/);
    assert.match(text, /claimWorkers: 40 # agent_sandbox\.controller\.claim_workers/);
    assert.match(text, /qps: 5 # --agent_sandbox_qps/);
    assert.match(text, /# - agent_sandbox\.namespace: /);
  });
});

describe('the table of names', () => {
  it('leads to places that a spec has', () => {
    const known = new Set([...schemaPlaces()].map(({ path }) => path.join('.')));
    const lost = PKB_NAMES.flatMap(({ place }) => (place === null || known.has(place) ? [] : [place]));
    assert.deepEqual(lost, []);
  });

  it('has each key and each flag once, and a reason for what has no counterpart', () => {
    const all = PKB_NAMES.flatMap(({ key, flags }) => [...(key === null ? [] : [key]), ...flags]);
    assert.equal(new Set(all).size, all.length);
    for (const { place, note } of PKB_NAMES) assert.ok(place !== null || note !== null);
  });
});
