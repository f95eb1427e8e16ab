import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { clusterFolder } from '../../../src/providers/local/cluster-folder.ts';
import { kwokctlConfiguration } from '../../../src/providers/local/kwokctl-configuration.ts';
import type { PlaneSetting } from '../../../src/providers/local/kwokctl-configuration.ts';

const setting: PlaneSetting = {
  folder: clusterFolder('/state', 'st-nightly-0123456789'),
  ports: {
    apiServer: 1,
    etcd: 2,
    etcdPeer: 3,
    controllerManager: 4,
    scheduler: 5,
    kwok: 6,
    execGate: 7,
    controllerMetrics: 8,
    controllerHealth: 9,
    controllerWebhook: 10,
  },
  programs: {
    etcd: '/tools/etcd',
    'kube-apiserver': '/tools/kube-apiserver',
    'kube-controller-manager': '/tools/kube-controller-manager',
    'kube-scheduler': '/tools/kube-scheduler',
    kwok: '/tools/kwok',
    kubectl: '/tools/kubectl',
  },
  podStartup: { delayMs: 150, jitterMs: 50 },
  execPass: null,
};

interface Document {
  kind: string;
  metadata?: { name: string };
  options?: Record<string, unknown>;
  spec?: Record<string, unknown>;
}

function documents(changes: Partial<PlaneSetting> = {}): Document[] {
  const text = kwokctlConfiguration({ ...setting, ...changes });
  return parseAllDocuments(text).map((document) => document.toJS() as Document);
}

const named = (all: Document[], name: string) => all.find(({ metadata }) => metadata?.name === name);
const ofKind = (all: Document[], kind: string) => all.filter((document) => document.kind === kind);

test('everything listens on loopback, on ports that are named, and comes from programs that are named', () => {
  const { options = {} } = ofKind(documents(), 'KwokctlConfiguration')[0] ?? {};
  assert.equal(options['bindAddress'], '127.0.0.1');
  const ports = Object.entries(options).filter(([name]) => name.endsWith('Port') && name !== 'securePort');
  assert.deepEqual(new Set(ports.map(([, port]) => port)), new Set([1, 2, 3, 4, 5, 6]));
  const programs = Object.entries(options).filter(([name]) => name.endsWith('Binary'));
  assert.deepEqual(new Set(programs.map(([, path]) => path)), new Set(Object.values(setting.programs)));
});

test('the whole life of nodes and pods is there, since kwokctl adds nothing to stages of ours', () => {
  assert.deepEqual(
    ofKind(documents(), 'Stage').map(({ metadata }) => metadata?.name),
    ['node-initialize', 'node-heartbeat', 'pod-ready', 'pod-complete', 'pod-delete'],
  );
});

test('a pod starts after its delay and up to its jitter more', () => {
  const stage = named(documents(), 'pod-ready');
  assert.deepEqual(stage?.spec?.['delay'], { durationMilliseconds: 150, jitterDurationMilliseconds: 200 });
});

test('with nothing to execute exec is switched off, and nodes lead to kwok', () => {
  const all = documents();
  assert.deepEqual(ofKind(all, 'ClusterExec'), []);
  assert.equal(ofKind(all, 'KwokConfiguration')[0]?.options?.['enableDebuggingHandlers'], false);
  assert.match(JSON.stringify(named(all, 'node-initialize')), /Port: 6\b/);
});

test('with something to execute kwok takes the pass alone, and nodes lead to the gate', () => {
  const all = documents({ execPass: 'secret' });
  const [rule] = ofKind(all, 'ClusterExec');
  assert.deepEqual(rule?.spec?.['selector'], { matchNamespaces: ['secret'] });
  assert.match(JSON.stringify(named(all, 'node-initialize')), /Port: 7\b/);
});
