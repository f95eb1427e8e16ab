import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import getPort from 'get-port';
import type { Plan } from '../../src/domain/plan.ts';
import type { Work } from '../../src/domain/work.ts';
import { createLocalProvider } from '../../src/providers/local/local-provider.ts';
import type { ClusterProvider } from '../../src/providers/provider.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import { planFor, specWith } from '../providers/sample-run.ts';
import { OwnHome } from '../support/own-home.ts';

const WORK: Work = { signal: AbortSignal.timeout(280_000), progress: () => undefined };
const HOUR_SECONDS = 3600;
const SPEC = specWith({ type: 'local', pools: { general: { nodes: 1 }, sandbox: { nodes: 1 } } });

describe('sweep and teardown of real clusters, with Temporal gone', { timeout: 300_000 }, () => {
  const home = new OwnHome();
  let provider: ClusterProvider;
  let address = '';
  let over: Plan;
  let live: Plan;

  before(async () => {
    address = `127.0.0.1:${await getPort({ host: '127.0.0.1' })}`; // nobody listens there
    provider = createLocalProvider({
      toolchain: createToolchain(),
      stateFolder: join(home.folder, 'state', 'sandtide'),
      home: (workflowId) => ({ kind: 'temporal', address, namespace: 'default', workflowId }),
    });
    live = planFor(provider, SPEC, 'live', '000000000a');
    const made = planFor(provider, SPEC, 'over', '000000000b');
    over = { ...made, leaseUntilSeconds: Math.floor(Date.now() / 1000) - HOUR_SECONDS };
    await provider.ensure(live, SPEC, WORK);
    await provider.ensure(over, SPEC, WORK);
  });
  after(() => home.dispose());

  async function sandtide(...args: string[]) {
    const command = home.sandtide(...args, '--address', address);
    const exitCode = await command.ended;
    return { exitCode, output: command.output() };
  }

  const listed = async () => (await provider.list(WORK)).map(({ runName }) => runName).sort();

  it('says what it would remove, and touches nothing', async () => {
    const { exitCode, output } = await sandtide('sweep');
    assert.equal(exitCode, 0, output);
    assert.match(
      output,
      /^remove +local +st-over-000000000b .* lease over for 1h[\dms]*; Temporal cannot be reached$/m,
    );
    assert.match(output, /^keep +local +st-live-000000000a .* Temporal cannot be reached; lease until /m);
    assert.match(output, /: 1 to remove, 1 in use; nothing was touched/);
    assert.deepEqual(await listed(), ['live', 'over']);
    assert.notEqual(await provider.describe(over.cluster, WORK), null);
  });

  it('leaves what is protected, also where it is no sweep that was asked for', async () => {
    home.env['SANDTIDE_PROTECT'] = 'over';
    const { output } = await sandtide('sweep', '--apply');
    assert.match(output, /: 0 removed, 1 in use, 1 protected/);
    assert.equal(await home.sandtide('tools').ended, 0);
    assert.deepEqual(await listed(), ['live', 'over']);
    delete home.env['SANDTIDE_PROTECT'];
  });

  it('removes the cluster whose lease is over, though two sweeps go at it at once, and not the live one', async () => {
    const sweeps = await Promise.all([sandtide('sweep', '--apply'), sandtide('sweep', '--apply')]);
    for (const { exitCode, output } of sweeps) {
      assert.equal(exitCode, 0, output);
      assert.match(output, /1 in use$/m);
    }
    assert.deepEqual(await listed(), ['live']);
    assert.deepEqual(await provider.leftovers(over.owner, WORK), []);
    assert.notEqual(await provider.describe(live.cluster, WORK), null);
  });

  it('takes down the live one when it is told to, and leaves nothing', async () => {
    const unasked = await sandtide('teardown', 'live');
    assert.equal(unasked.exitCode, 1, unasked.output);
    assert.deepEqual(await listed(), ['live']);
    const { exitCode, output } = await sandtide('teardown', 'live', '--yes');
    assert.equal(exitCode, 0, output);
    assert.match(output, /^removed st-live-000000000a \(local\)$/m);
    assert.match(output, /^nothing is left$/m);
    assert.deepEqual(home.leftovers(), []);
  });

  it('finds nothing the second time', async () => {
    const { exitCode, output } = await sandtide('teardown', 'live', '--yes');
    assert.equal(exitCode, 0, output);
    assert.match(output, /nothing at .*local.* carries the label of run live/);
  });
});
