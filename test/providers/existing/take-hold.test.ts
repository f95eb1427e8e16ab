import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UnavailableError } from '../../../src/domain/errors.ts';
import { takeHold } from '../../../src/providers/existing/take-hold.ts';
import { failure, json, scriptedServer } from '../../kubernetes/scripted-server.ts';
import { planFor, specWith } from '../sample-run.ts';
import { existingProvider, homeOf } from './existing-world.ts';

const LONG_AGO = 1_600_000_000;
const THEIRS = 'aaaaaaaaaa';

/** A Lease whose time is over, as a run that seems gone left it. */
const ABANDONED = {
  metadata: {
    name: 'sandtide',
    namespace: 'default',
    uid: 'uid-1',
    resourceVersion: '7',
    labels: { 'sandtide.dev/owner': THEIRS, 'sandtide.dev/lease-until': String(LONG_AGO) },
    annotations: { 'sandtide.dev/cluster': `st-old-${THEIRS}`, 'sandtide.dev/run-name': 'old' },
  },
};

describe('taking a cluster whose hold is over', () => {
  it('lets go of nothing that its run has renewed since it was read', async (t) => {
    const server = await scriptedServer(t, (response, { method, url, body }) => {
      const isLease = url.pathname.endsWith('/leases/sandtide');
      if (method === 'GET' && isLease) return json(response, ABANDONED);
      if (method === 'GET') return json(response, { metadata: { resourceVersion: '9' }, items: [] });
      // As the API server does it: by now it is version 8 of the same object.
      const { preconditions } = JSON.parse(body) as { preconditions?: { resourceVersion?: string } };
      if (method === 'DELETE' && preconditions?.resourceVersion === '7')
        return failure(response, 409, 'Conflict', 'the precondition failed');
      return json(response, {}, 201);
    });
    const plan = planFor(
      existingProvider('/nowhere'),
      specWith({ type: 'existing', context: 'prod' }),
      'new',
      'bbbbbbbbbb',
    );
    const taking = { plan, home: homeOf('new'), context: 'prod' };
    await assert.rejects(
      takeHold(server.kube, taking, AbortSignal.timeout(60_000)),
      (error) => error instanceof UnavailableError,
    );
    assert.deepEqual(
      server.seen.filter(({ method }) => method === 'POST').map(({ url }) => url.pathname),
      [],
    );
  });
});
