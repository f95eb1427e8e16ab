import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { describe, it } from 'node:test';
import { rememberRun } from '../../../src/providers/existing/known-runs.ts';
import { failure, json, scriptedServer } from '../../kubernetes/scripted-server.ts';
import { existingProvider, homeOf } from './existing-world.ts';

const WORK = { signal: AbortSignal.timeout(60_000), progress: () => undefined };
const OWNER = 'aaaaaaaaaa';

/** What is listed where a run of this machine is known, nobody holds its cluster, and these namespaces are labelled. */
async function listed(t: TestContext, namespaces: string[]) {
  const { kubeconfig } = await scriptedServer(t, (response, { url }) => {
    if (url.pathname.endsWith('/leases/sandtide')) return failure(response, 404, 'NotFound', 'none');
    const isOurs = url.searchParams.get('labelSelector') === `sandtide.dev/owner=${OWNER}`;
    const names = isOurs && url.pathname === '/api/v1/namespaces' ? namespaces : [];
    const items = names.map((name) => ({ metadata: { name, uid: name } }));
    return json(response, { metadata: { resourceVersion: '1' }, items });
  });
  const folder = mkdtempSync(join(tmpdir(), 'sandtide-lost-hold-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'kubeconfig');
  writeFileSync(file, kubeconfig, { mode: 0o600 });
  await rememberRun(folder, {
    handle: { provider: 'existing', name: `st-old-${OWNER}`, location: `${file}#test` },
    owner: OWNER,
    runName: 'old',
    home: homeOf('old'),
  });
  return existingProvider(folder).list(WORK);
}

describe('a run whose Lease somebody has deleted', () => {
  it('is still found while something in its cluster carries its label, with no lease that a sweep goes by', async (t) => {
    const clusters = await listed(t, ['st-old']);
    assert.deepEqual(
      clusters.map(({ runName, owner, leaseUntilSeconds }) => [runName, owner, leaseUntilSeconds]),
      [['old', OWNER, 0]],
    );
  });

  it('is none where nothing of it is left', async (t) => {
    assert.deepEqual(await listed(t, []), []);
  });
});
