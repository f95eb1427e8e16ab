import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import getPort from 'get-port';
import { guardWorkflowId } from '../../src/domain/names.ts';
import type { ClusterHome, OwnedCluster } from '../../src/domain/owned-cluster.ts';
import type { Work } from '../../src/domain/work.ts';
import { ownerOf } from '../../src/system/owner-of.ts';
import type { OwnerWitnesses } from '../../src/system/owner-state.ts';
import { createAskOwner } from '../../src/system/owner-state.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import { ownedCluster } from '../support/recording-provider.ts';
import { until } from '../support/until.ts';

const WORK: Work = { signal: AbortSignal.timeout(120_000), progress: () => undefined };
const NAMESPACE = 'default';

describe('asking about the owner of a cluster', { timeout: 120_000 }, () => {
  let server: TestWorkflowEnvironment;
  let address = '';
  before(async () => {
    const { path } = await createToolchain().find('temporal', WORK);
    const port = await getPort({ host: '127.0.0.1' });
    address = `127.0.0.1:${port}`;
    server = await TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path },
        ip: '127.0.0.1',
        port,
        log: { format: 'pretty', level: 'never' },
      },
    });
  });
  after(() => server.teardown());

  /** A workflow that nobody works on: open until it is ended by force. */
  async function start(workflowId: string) {
    const handle = await server.client.workflow.start('nobody', { workflowId, taskQueue: 'nobody' });
    const identity = { namespace: NAMESPACE, workflowId, firstExecutionRunId: handle.firstExecutionRunId };
    return { handle, cluster: clusterOf(workflowId, ownerOf(identity)) };
  }

  function clusterOf(workflowId: string, owner: string, home: Partial<ClusterHome> = {}): OwnedCluster {
    return {
      ...ownedCluster(1, { runName: workflowId }),
      owner,
      home: { kind: 'temporal', address, namespace: NAMESPACE, workflowId, ...home } as ClusterHome,
    };
  }

  const ask = (cluster: OwnedCluster, given: Partial<OwnerWitnesses> = {}) =>
    createAskOwner({
      temporal: { address, namespace: NAMESPACE },
      client: server.client,
      sessions: () => [],
      quietMs: 0,
      ...given,
    })(cluster, WORK);

  it('finds an open run open', async () => {
    const { cluster } = await start('open-run');
    assert.equal(await ask(cluster), 'open');
  });

  it('finds a run guarded that has ended while its guard stands', async () => {
    const { handle, cluster } = await start('guarded-run');
    const guard = await start(guardWorkflowId('guarded-run'));
    await handle.terminate();
    assert.equal(await ask(cluster), 'guarded');
    await guard.handle.terminate();
    assert.equal(await ask(cluster), 'closed');
  });

  it('takes a run for over only when its last activity has had the time to stop', async () => {
    const { handle, cluster } = await start('ended-just-now');
    await handle.terminate();
    assert.equal(await ask(cluster, { quietMs: 60_000 }), 'ending');
    assert.equal(await ask(cluster, { quietMs: 0 }), 'closed');
  });

  it('knows a run by its first execution, whichever execution of it is open now', async () => {
    const { firstExecutionRunId } = await server.client.workflow.start('nobody', {
      workflowId: 'second-life',
      taskQueue: 'nobody',
      workflowRunTimeout: '1s',
      retry: { initialInterval: '1ms', maximumInterval: '1ms' },
    });
    const handle = server.client.workflow.getHandle('second-life');
    await until(
      'the second execution',
      async () => (await handle.describe()).runId !== firstExecutionRunId || null,
    );
    const owner = ownerOf({ namespace: NAMESPACE, workflowId: 'second-life', firstExecutionRunId });
    assert.equal(await ask(clusterOf('second-life', owner)), 'open');
    await handle.terminate();
    assert.equal(await ask(clusterOf('second-life', owner)), 'closed');
  });

  it('does not take another run of the same name for the owner', async () => {
    const old = await start('nightly');
    await old.handle.terminate();
    const young = await start('nightly');
    assert.equal(await ask(old.cluster), 'unknown');
    assert.equal(await ask(young.cluster), 'open');
  });

  it('does not take a run that it never knew for one that has ended', async () => {
    assert.equal(await ask(clusterOf('never-known', '0123456789')), 'unknown');
  });

  it("does not take a run of that name on another machine's server for the owner", async () => {
    // Two servers at "127.0.0.1:7233" of two machines look the same in a label.
    const { handle } = await start('their-nightly');
    await handle.terminate();
    assert.equal(await ask(clusterOf('their-nightly', '0123456789')), 'unknown');
  });

  it('does not ask about what belongs to another service or namespace', async () => {
    const { handle, cluster } = await start('elsewhere');
    await handle.terminate();
    for (const home of [{ address: 'temporal:7233' }, { namespace: 'another' }])
      assert.equal(await ask(clusterOf('elsewhere', cluster.owner, home)), 'elsewhere');
  });

  it('tells an unknown namespace from an unknown run', async () => {
    const client = new Client({ connection: server.connection, namespace: 'nowhere' });
    const cluster = clusterOf('any', '0123456789', { namespace: 'nowhere' });
    const temporal = { address, namespace: 'nowhere' };
    assert.equal(await ask(cluster, { client, temporal }), 'unknown-namespace');
  });

  it('takes a service that does not answer for unreachable, never for one that knows nothing', async () => {
    const { cluster } = await start('unreachable');
    assert.equal(await ask(cluster, { client: null }), 'unreachable');
    const connection = await Connection.connect({ address });
    const client = new Client({ connection, namespace: NAMESPACE });
    await connection.close();
    assert.equal(await ask(cluster, { client }), 'unreachable');
  });

  it('knows a run with a server of its own by its session on this machine', async () => {
    const home = { kind: 'embedded', sessionId: 'embedded-1', workflowId: 'smoke' } as const;
    const cluster = { ...clusterOf('smoke', '0123456789'), home };
    const sessions = (alive: boolean) => () => [{ id: 'embedded-1', alive }];
    assert.equal(await ask(cluster, { sessions: sessions(true) }), 'open');
    assert.equal(await ask(cluster, { sessions: sessions(false) }), 'closed');
    assert.equal(await ask(cluster), 'elsewhere');
  });
});
