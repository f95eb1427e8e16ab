import type { Place } from '../places.ts';
import type { CellOutcome, Expected, Row } from '../row.ts';

const NO_API_SERVER = 'there is no API server yet';
const OWN_CONNECTION = "a local cluster's own creation does not go through the worker's connection";
const NO_CALLS = 'a throw-away cluster is removed whole, without a call to its API server';
const NOTHING_SENT = 'nothing is sent between stages';

/** Resources of the install; the claims' own are not among them. */
const INSTALLED = [
  'namespaces',
  'customresourcedefinitions',
  'deployments',
  'sandboxtemplates',
  'sandboxwarmpools',
  'serviceaccounts',
  'clusterroles',
];

function places(install: readonly CellOutcome[] | string, load: readonly CellOutcome[] | string): Expected {
  return {
    'before create': NO_API_SERVER,
    'create-cluster': OWN_CONNECTION,
    'install-agent-sandbox': install,
    'run-claims': load,
    unwind: NO_CALLS,
    'between stages': NOTHING_SENT,
  };
}

const BOTH = places(['passed'], ['passed']);
const WATCHED = 'the install waits by asking again, not by a watch';

/** The faults that a row puts on each call of the place's own resources. */
type Faults = (resource: string) => { when: object; fault: object }[];

function network(name: string, expected: Expected, faults: Faults, installed = INSTALLED): Row {
  return {
    name,
    expected,
    setUp: (place: Place, seed: number) => ({
      faults: {
        seed,
        rules: (place === 'run-claims' ? ['sandboxclaims'] : installed).flatMap((resource) =>
          faults(resource).map(({ when, fault }) => ({ when: { resource, ...when }, fault })),
        ),
      },
    }),
    byItself: true,
    async inject() {},
    check: async ({ home }) =>
      home.workers.some((worker) => worker.output().includes('a fault of the faults file took place'))
        ? []
        : ['no fault took place'],
  };
}

/** A third of all calls. */
const OFTEN = { probability: 0.3 };

export const NETWORK_ROWS: readonly Row[] = [
  network('connection resets', BOTH, () => [{ when: OFTEN, fault: { type: 'reset' } }]),
  network('429 with Retry-After', BOTH, () => [
    { when: OFTEN, fault: { type: 'status', code: 429, retryAfterSeconds: 1 } },
  ]),
  network('429 without Retry-After', BOTH, () => [{ when: OFTEN, fault: { type: 'status', code: 429 } }]),
  network('503 with Retry-After', BOTH, () => [
    { when: OFTEN, fault: { type: 'status', code: 503, retryAfterSeconds: 1 } },
  ]),
  network('500 without Retry-After', BOTH, () => [{ when: OFTEN, fault: { type: 'status', code: 500 } }]),
  network(
    'answers that never come',
    // A create that is given up after 30 s is a claim that was not ready in time.
    places(['passed'], ['passed', 'thresholds-missed']),
    () => [{ when: { times: 1 }, fault: { type: 'stall' } }],
    ['namespaces', 'deployments'],
  ),
  network('a create whose answer is lost after it took effect', BOTH, () => [
    { when: { verb: 'create', every: 2 }, fault: { type: 'lostAnswer' } },
  ]),
  network('watch ended early', places(WATCHED, ['passed']), () => [
    { when: { times: 2 }, fault: { type: 'endWatch', after: '1s' } },
    { when: { times: 2 }, fault: { type: 'endWatch', after: '500ms', abruptly: true } },
  ]),
  network('watch told 410 (compaction)', places(WATCHED, ['passed']), () => [
    { when: { times: 3 }, fault: { type: 'watchGone', after: '700ms' } },
  ]),
];
