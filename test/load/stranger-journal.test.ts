import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { claimName } from '../../src/domain/names.ts';
import { unbegun } from '../../src/load/claim-book.ts';
import { WindowJournal } from '../../src/load/journal.ts';
import { runWindow } from '../../src/load/run-window.ts';
import { FakeSandboxApi } from '../support/fake-sandbox-api.ts';
import { folderOf, OWNER, sampleDeps, sampleRequest, samples } from './window-samples.ts';

/** A run of the same name before, or the same run before a reset, has left its whole journal in the folder. */
for (const [whose, owner] of [
  ['a run of the same name', '9876543210'],
  ["the run's life before a reset", OWNER],
] as const) {
  test(`an attempt takes no claim for its own from the journal of ${whose}, though none before it could set that aside`, async (t) => {
    const folder = await folderOf(t);
    const earlier = await WindowJournal.open(folder, 0);
    await earlier.append({
      start: { windowIndex: 0, activity: 'run-0/7', attempt: 1, startedAtMs: Date.now() - 60_000 },
    });
    for (let index = 0; index < 20; index += 1) {
      const ended = {
        ...unbegun(index, claimName(owner, 0, index), 1),
        end: 'ready',
        launch: 'warm',
      } as const;
      await earlier.append({ ended });
      await earlier.append({ released: { index, atMs: 2 } });
    }
    await earlier.close();

    const kube = new FakeSandboxApi();
    const result = await runWindow(sampleRequest(), sampleDeps(kube, folder, { attempt: 2 }));
    assert.equal(kube.created.length, 20);
    assert.equal(samples(result, 'sentToReady'), 20);
    assert.equal((await readdir(join(folder, 'journal'))).length, 2);
  });
}
