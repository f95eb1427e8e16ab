import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { findings, SMALLEST } from './spec-samples.ts';

const refused = (input: unknown) => findings(() => resolveSpec(input));

/** Bounds that add up to 1m + 12s + 10s + 8s + 30s = 2m. */
const twoMinutes = (limits: object) => ({
  agentSandbox: { warmPool: { readyTimeout: '1m' } },
  load: { qps: 10, duration: '12s', readyTimeout: '10s', workloadDuration: '8s' },
  limits: { teardownDeadline: '30s', ...limits },
});

describe('the lease', () => {
  it('covers exactly what the run may take', () => {
    assert.equal(resolveSpec(twoMinutes({ lease: '2m' })).limits.lease, '2m');
  });

  it('one millisecond short is told with the sum', () => {
    assert.deepEqual(refused(twoMinutes({ lease: '1m59s999ms' })), [
      'limits.lease: 1m59s999ms is too short for what the run may take: 1m agentSandbox.warmPool.readyTimeout + 12s load.duration + 10s load.readyTimeout + 8s load.workloadDuration + 30s limits.teardownDeadline = 2m; lengthen the lease or shorten those',
    ]);
  });

  it('is measured against a duration that was worked out, too', () => {
    const [problem] = refused({ load: { qps: 1, total: 86_400 } });
    assert.match(problem ?? '', /^limits\.lease: 2h is too short .* 1d load\.duration/);
  });

  it('is still measured where the load cannot be worked out, by the parts that are right', () => {
    const problems = refused({ load: { qps: 1 }, limits: { lease: '20m' } });
    assert.equal(problems.length, 2);
    assert.match(problems[1] ?? '', /^limits\.lease: 20m is too short/);
  });
});

describe('the cap of the lease', () => {
  it('is twice the lease where it is left out', () => {
    assert.equal(resolveSpec(twoMinutes({ lease: '1h30m' })).limits.leaseCap, '3h');
  });

  it('may equal the lease, and be no less', () => {
    assert.equal(resolveSpec(twoMinutes({ lease: '2m', leaseCap: '2m' })).limits.leaseCap, '2m');
    assert.deepEqual(refused(twoMinutes({ lease: '2m', leaseCap: '119s' })), [
      'limits.leaseCap: 119s is less than lease 2m',
    ]);
  });
});

describe('the nodes of a local cluster', () => {
  const sandbox = (nodes: number, maxPods: number) => ({
    type: 'local',
    pools: { sandbox: { nodes, maxPods } },
  });

  it('have room for the whole warm pool', () => {
    const input = { ...SMALLEST, provider: sandbox(2, 10) };
    assert.equal(resolveSpec({ ...input, agentSandbox: { warmPool: { replicas: 20 } } }).load.total, 120);
    assert.deepEqual(refused({ ...input, agentSandbox: { warmPool: { replicas: 21 } } }), [
      'agentSandbox.warmPool.replicas: 21 sandboxes can never be ready at once: provider.pools.sandbox has room for 20 pods (2 nodes x 10 maxPods)',
    ]);
  });

  it('have room for all claims that work at once', () => {
    const load = { qps: 10, duration: '1m', workloadDuration: '30s', maxConcurrent: 1000 };
    const agentSandbox = { warmPool: { replicas: 0 } };
    assert.equal(resolveSpec({ load, agentSandbox, provider: sandbox(3, 100) }).load.total, 600);
    assert.deepEqual(refused({ load, agentSandbox, provider: sandbox(1, 299) }), [
      'load.workloadDuration: at 10 claims a second that each work for 30s, 300 are alive at once, but provider.pools.sandbox has room for 299 pods (1 nodes x 299 maxPods)',
    ]);
  });

  it('need none for claims that maxConcurrent holds back or that never come', () => {
    const few = { type: 'local', pools: { sandbox: { nodes: 1, maxPods: 20 } } };
    const load = { qps: 10, duration: '1m', workloadDuration: '30s' };
    assert.ok(resolveSpec({ load: { ...load, maxConcurrent: 20 }, provider: few }));
    assert.ok(resolveSpec({ load: { qps: 10, total: 20, workloadDuration: '30s' }, provider: few }));
  });

  it('are not judged by the defaults that stand in for a wrong value', () => {
    const problems = refused({
      ...SMALLEST,
      provider: sandbox(0, 9),
      agentSandbox: { warmPool: { replicas: 10 } },
    });
    assert.deepEqual(problems, [
      'provider.pools.sandbox.nodes: found 0; allowed: a whole number from 1 to 500',
    ]);
  });
});
