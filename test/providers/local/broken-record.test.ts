import assert from 'node:assert/strict';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { UnworkableError } from '../../../src/domain/errors.ts';
import type { ClusterHandle } from '../../../src/domain/plan.ts';
import { decideSweep } from '../../../src/domain/sweep-decision.ts';
import type { Work } from '../../../src/domain/work.ts';
import { clusterFolder } from '../../../src/providers/local/cluster-folder.ts';
import { listRecords } from '../../../src/providers/local/cluster-record.ts';
import { createLocalProvider } from '../../../src/providers/local/local-provider.ts';
import type { ClusterProvider } from '../../../src/providers/provider.ts';
import { planFor, specWith } from '../sample-run.ts';
import { recordOf } from './sample-record.ts';

const work: Work = { signal: AbortSignal.timeout(300_000), progress: () => undefined };
const OWNER = '0123456789';
const OTHER = 'abcdef0123';
const handle: ClusterHandle = { provider: 'local', name: `st-tide-${OWNER}`, location: 'here' };
const sound: ClusterHandle = { provider: 'local', name: `st-sound-${OTHER}`, location: 'here' };
const whole = recordOf(handle, OWNER, 1);

const BROKEN: Record<string, string> = {
  'half a record': JSON.stringify(whole).slice(0, 100),
  'an empty file': '',
  'no record': '{}',
  'a list': '[]',
  'a record of another version': JSON.stringify({ ...whole, version: 2 }),
  'a record without an owner': JSON.stringify({ ...whole, owner: '' }),
  'a record without ports': JSON.stringify({ ...whole, ports: {} }),
};

for (const [what, text] of Object.entries(BROKEN)) {
  describe(`a local cluster whose cluster.json is ${what}`, () => {
    let state: string;
    let provider: ClusterProvider;
    let file: string;
    beforeEach(async () => {
      state = await mkdtemp(join(tmpdir(), 'sandtide-broken-'));
      for (const [cluster, content] of [
        [handle, text],
        [sound, JSON.stringify(recordOf(sound, OTHER, 1))],
      ] as const) {
        const folder = clusterFolder(state, cluster.name);
        await mkdir(folder.root, { recursive: true });
        await writeFile(folder.record, content);
      }
      file = clusterFolder(state, handle.name).record;
      provider = createLocalProvider({
        toolchain: {
          findAll: () => {
            throw new Error('nothing may be got for it');
          },
        },
        stateFolder: state,
        home: (workflowId) => ({ kind: 'embedded', sessionId: 'test', workflowId }),
      });
    });
    afterEach(() => rm(state, { recursive: true, force: true }));

    const saysWhatToDo = (error: unknown) =>
      error instanceof UnworkableError && error.message.includes(file) && error.message.includes('remove');

    it('is listed without an owner, with the place of the file, beside the sound one', async () => {
      const listed = await provider.list(work);
      assert.deepEqual(
        listed.map(({ owner, runName, leaseUntilSeconds }) => [owner, runName, leaseUntilSeconds]),
        [
          [OTHER, 'tide', 7],
          ['', '', 0],
        ],
      );
      assert.deepEqual(listed[1]?.handle, {
        provider: 'local',
        name: handle.name,
        location: `${hostname()}:${file}`,
      });
      assert.deepEqual(
        (await listRecords(state)).map(({ owner }) => owner),
        [OTHER],
      );
    });

    it('is refused by a sweep, which says where it is', async () => {
      const asked = (await provider.list(work)).map((cluster) => ({
        cluster,
        ownerState: 'closed' as const,
      }));
      const policy = { nowSeconds: 1e10, marginSeconds: 0, protect: [], maxRemovals: 10 };
      const decision = decideSweep(asked, policy).find(({ cluster }) => cluster.handle.name === handle.name);
      assert.equal(decision?.cause, 'refused');
      assert.ok(decision?.reason.includes(file), decision?.reason);
    });

    it('gets nothing made in it and gives no credentials: the error names the file and what to do', async () => {
      const plan = planFor(provider, specWith(), 'tide', OWNER);
      await assert.rejects(provider.ensure(plan, specWith(), work), saysWhatToDo);
      await assert.rejects(provider.credentials(plan.cluster, work), saysWhatToDo);
      await access(file);
    });

    it('is taken down by the run whose owner its name carries, and by no other', async () => {
      await assert.rejects(provider.remove(handle, OTHER, work), saysWhatToDo);
      await access(file);
      assert.notDeepEqual(await provider.leftovers(OWNER, work), []);
      await provider.remove(handle, OWNER, work);
      assert.deepEqual(await provider.leftovers(OWNER, work), []);
    });
  });
}
