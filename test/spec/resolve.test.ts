import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { findings, SMALLEST } from './spec-samples.ts';

const refused = (input: unknown) => findings(() => resolveSpec(input));

describe('a right spec', () => {
  it('gets every default, so that a later release can change none of them for a run under way', () => {
    assert.deepEqual(resolveSpec(SMALLEST), {
      provider: {
        type: 'local',
        pools: {
          general: { nodes: 1, maxPods: 110, machineType: null, labels: {}, taints: [] },
          sandbox: {
            nodes: 4,
            maxPods: 250,
            machineType: null,
            labels: {},
            taints: [{ key: 'sandbox.gke.io/runtime', value: 'runsc', effect: 'NoSchedule' }],
          },
        },
        podStartup: { delay: '150ms', jitter: '50ms' },
      },
      agentSandbox: {
        type: 'Kubernetes',
        install: 'own',
        controllerNamespace: 'agent-sandbox-system',
        version: 'v0.5.6',
        manifestsSha256: null,
        namespace: null,
        controller: {
          image: 'registry.k8s.io/agent-sandbox/agent-sandbox-controller:v0.5.6',
          claimWorkers: 100,
          sandboxWorkers: 100,
          warmPoolWorkers: 5,
          templateWorkers: 1,
          warmPoolMaxBatchSize: 300,
          kubeApiQps: -1,
          kubeApiBurst: 750,
          leaderElect: true,
          enableTracing: false,
          otlpEndpoint: null,
          cpuRequest: '250m',
          cpuLimit: null,
          memoryRequest: '256Mi',
          memoryLimit: null,
          flags: {},
        },
        template: {
          image: 'registry.k8s.io/agent-sandbox/python-runtime-sandbox:v0.5.0',
          runtimeClass: null,
          cpuRequest: '100m',
          cpuLimit: null,
          memoryRequest: '256Mi',
          memoryLimit: null,
          ephemeralStorageRequest: '256Mi',
          ephemeralStorageLimit: null,
          labels: {},
          nodeSelector: { 'sandtide.dev/pool': 'sandbox' },
          tolerations: [],
          port: 8888,
          restartPolicy: 'OnFailure',
          security: {
            runAsNonRoot: true,
            runAsUser: null,
            runAsGroup: null,
            fsGroup: null,
            seccompProfile: 'RuntimeDefault',
            allowPrivilegeEscalation: false,
            dropCapabilities: ['ALL'],
            readOnlyRootFilesystem: false,
            automountServiceAccountToken: false,
          },
        },
        warmPool: { replicas: 20, updateStrategy: 'OnReplenish', readyTimeout: '10m' },
        claim: { lifetime: null, ttlAfterFinished: null },
      },
      load: {
        qps: 10,
        duration: '12s',
        total: 120,
        maxConcurrent: 200,
        readyTimeout: '180s',
        arrivals: { shape: 'constant' },
        pauseBetween: '0s',
        workloadDuration: '0s',
        workloadCommand: null,
        workloadTimeout: '1m',
        dwell: '0s',
        dwellDistribution: 'constant',
      },
      thresholds: ['failedFraction <= 0%'],
      soak: { window: '10m', watch: [], mostDiskMiB: 10_240 },
      limits: { lease: '2h', leaseCap: '4h', teardownDeadline: '30m', heartbeatTimeout: '10s' },
      onFailure: { hold: null },
      through: 'run-claims',
      keep: null,
      takeOver: null,
      report: { folder: 'runs' },
    });
  });

  it('may leave out every section but the load', () => {
    const spec = resolveSpec({ ...SMALLEST, provider: { type: 'local' }, agentSandbox: {}, limits: {} });
    assert.deepEqual(spec, resolveSpec(SMALLEST));
  });
});

describe('what is no spec at all is refused in one sentence', () => {
  const rows: [string, unknown, RegExp][] = [
    ['nothing', undefined, /^: there is no spec; a spec is a mapping with the keys/],
    ['null, which an empty file is', null, /^: there is no spec/],
    ['a list', [SMALLEST], /^: found a list of 1; a spec is a mapping/],
    ['text', 'load', /^: found "load"; a spec is a mapping/],
    [
      'an empty mapping',
      {},
      /^load: is missing; give a mapping with two of qps, duration and total, or with phases$/,
    ],
    ['a load that is nothing', { load: null }, /^load: found null \(nothing written\); allowed: a mapping/],
    ['a load that is a list', { load: [] }, /^load: found an empty list; allowed: a mapping/],
  ];
  for (const [what, input, message] of rows) {
    it(what, () => {
      const [first, ...others] = refused(input);
      assert.match(first ?? '', message);
      assert.deepEqual(others, []);
    });
  }
});

describe('a wrong value is told with what is allowed', () => {
  const rows: [string, unknown, string][] = [
    ['load.qps', { qps: 0, total: 1 }, 'found 0; allowed: a number above 0, up to 10000'],
    ['load.qps', { qps: '10', total: 1 }, 'found "10"; allowed: a number above 0, up to 10000'],
    ['load.qps', { qps: NaN, total: 1 }, 'found NaN; allowed: a number above 0, up to 10000'],
    ['load.total', { qps: 1, total: 1.5 }, 'found 1.5; allowed: a whole number from 1 to 100000000'],
    [
      'load.duration',
      { qps: 1, duration: '1x' },
      'found "1x"; allowed: a duration from 1ms to 365d, written like 250ms, 90s or 1h30m',
    ],
    [
      'load.readyTimeout',
      { qps: 1, total: 1, readyTimeout: '25h' },
      'found "25h"; allowed: a duration from 1ms to 24h, written like 250ms, 90s or 1h30m',
    ],
  ];
  for (const [path, load, message] of rows) {
    it(`${path}: ${message}`, () => assert.deepEqual(refused({ load }), [`${path}: ${message}`]));
  }

  it('an unknown type is refused by name, with the known ones', () => {
    assert.deepEqual(refused({ ...SMALLEST, provider: { type: 'gke' } }), [
      'provider.type: "gke" is not known; known: local, existing, kind',
    ]);
    assert.deepEqual(refused({ ...SMALLEST, agentSandbox: { type: 'kubernets' } }), [
      'agentSandbox.type: "kubernets" is not known; did you mean Kubernetes?; known: Kubernetes',
    ]);
  });

  it('a namespace that the run would delete at its end is not one that others live in', () => {
    for (const namespace of ['default', 'kube-system', 'agent-sandbox-system']) {
      const [problem] = refused({ ...SMALLEST, agentSandbox: { namespace } });
      assert.match(
        problem ?? '',
        new RegExp(`^agentSandbox.namespace: found "${namespace}"; allowed: .*not default`),
      );
    }
  });

  it('an image, folder or class that a program would take for something else is refused', () => {
    for (const [input, path] of [
      [{ agentSandbox: { template: { image: '--privileged' } } }, 'agentSandbox.template.image'],
      [{ agentSandbox: { template: { image: 'file:///etc/passwd x' } } }, 'agentSandbox.template.image'],
      [{ agentSandbox: { template: { runtimeClass: '-runsc' } } }, 'agentSandbox.template.runtimeClass'],
      [{ report: { folder: '../elsewhere' } }, 'report.folder'],
      [{ report: { folder: '/etc' } }, 'report.folder'],
      [{ report: { folder: 'a/../b' } }, 'report.folder'],
      [{ report: { folder: '~/runs' } }, 'report.folder'],
    ] as const) {
      const problems = refused({ ...SMALLEST, ...input });
      assert.equal(problems.length, 1, path);
      assert.ok(problems[0]?.startsWith(`${path}: found`), problems[0]);
    }
  });
});

describe('an unknown key', () => {
  it('names the nearest known one', () => {
    assert.deepEqual(refused({ load: { qps: 10, duration: '1s', maxConcurent: 3 } }), [
      'load.maxConcurent: unknown key; did you mean maxConcurrent?; known here: qps, duration, total, arrivals, phases, pauseBetween, maxConcurrent, readyTimeout, workloadDuration, workloadCommand, workloadTimeout, dwell, dwellDistribution',
    ]);
  });

  it('says where the key is known instead', () => {
    const [problem] = refused({ ...SMALLEST, replicas: 3 });
    assert.match(problem ?? '', /^replicas: unknown key; did you mean agentSandbox\.warmPool\.replicas\?/);
  });

  it('is not told a second time as a figure that is missing', () => {
    const problems = refused({ load: { qsp: 10, duration: '1s' } });
    assert.deepEqual(problems.length, 1);
    assert.match(problems[0] ?? '', /^load\.qsp: unknown key; did you mean qps\?/);
  });

  it('can be one that every object inherits', () => {
    const input: unknown = JSON.parse(
      '{"__proto__": {"keep": "1h"}, "constructor": 1, "load": {"qps": 1, "total": 1, "__proto__": 1, "toString": 1}}',
    );
    assert.deepEqual(
      refused(input).map((problem) => problem.replace(/; .*/, '')),
      [
        'load.__proto__: unknown key',
        'load.toString: unknown key',
        '__proto__: unknown key',
        'constructor: unknown key',
      ],
    );
  });

  it('by the thousand is told fifty times and counted', () => {
    const load = {
      qps: 1,
      total: 1,
      ...Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`zzz${i}`, i])),
    };
    const problems = refused({ load });
    assert.equal(problems.length, 51);
    assert.equal(problems.at(-1), 'load: 950 more unknown keys');
  });
});

describe('every problem is told at once', () => {
  it('those of single values beside those across several', () => {
    const problems = refused({
      provider: { type: 'local', pools: { sandbox: { nodes: 1, maxPods: 10 }, sandbx: {} } },
      agentSandbox: { version: '0.5.6', warmPool: { replicas: 20 } },
      load: { qps: 10, duration: '1h', readyTimeout: 5 },
      limits: { lease: '30m', leaseCap: '10m', teardownDeadline: 'soon' },
    });
    assert.deepEqual(
      problems.map((problem) => problem.slice(0, problem.indexOf(':'))).sort(),
      [
        'agentSandbox.version',
        'agentSandbox.warmPool.replicas',
        'limits.lease',
        'limits.teardownDeadline',
        'load.readyTimeout',
        'provider.pools.sandbx',
      ].sort(),
    );
  });

  it('a release whose manifests are not pinned among them, with those that are', () => {
    const problems = refused({ agentSandbox: { version: 'v0.4.6' }, load: { qps: 1 } });
    assert.deepEqual(problems.map((problem) => problem.split(':')[0] ?? '').toSorted(), [
      'agentSandbox.version',
      'load',
    ]);
    assert.match(problems.join('\n'), /^agentSandbox\.version: .*controller of v0\.5\.6/m);
  });

  it('and a wrong value speaks for itself alone: no check across values takes its default for the user’s', () => {
    assert.deepEqual(
      refused({ load: { qps: 10, duration: 'long', total: 0 } }).map((each) => each.split(':')[0]),
      ['load.duration', 'load.total'],
    );
  });
});
