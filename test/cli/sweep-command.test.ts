import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SweepCommandDeps } from '../../src/cli/sweep-command.ts';
import { sweepCommand } from '../../src/cli/sweep-command.ts';
import { InvalidSpecError } from '../../src/domain/errors.ts';
import type { OwnerState } from '../../src/domain/sweep-decision.ts';
import { ownedCluster, RecordingProvider, sweepWorldOf } from '../support/recording-provider.ts';

const LEASE = 1_800_000_000;

/** `sandtide sweep ARGS` in the recording world, three minutes before the clusters' leases end. */
async function run(
  args: string[],
  {
    provider = new RecordingProvider([1, 2, 3].map((number) => ownedCluster(number))),
    states = {},
    reachable = true,
    env = {},
  }: {
    provider?: RecordingProvider;
    states?: Record<string, OwnerState>;
    reachable?: boolean;
    env?: NodeJS.ProcessEnv;
  } = {},
) {
  const [out, err]: [string[], string[]] = [[], []];
  let exitCode = -1;
  let closed = 0;
  const deps: SweepCommandDeps = {
    open: () =>
      Promise.resolve({
        world: sweepWorldOf(provider, new Map(Object.entries(states)), () => (LEASE - 180) * 1000),
        temporal: { address: '127.0.0.1:7233', namespace: 'default' },
        reachable,
        close: () => {
          closed += 1;
          return Promise.resolve();
        },
      }),
    env,
    out: { write: (text) => out.push(text) },
    err: { write: (text) => err.push(text) },
    signal: new AbortController().signal,
    exitWith: (code) => {
      exitCode = code;
    },
  };
  await sweepCommand(deps)
    .exitOverride()
    .configureOutput({ writeErr: (text) => err.push(text) })
    .parseAsync(args, { from: 'user' })
    .finally(() => assert.ok(closed <= 1));
  return { out: out.join(''), err: err.join(''), exitCode, closed, provider };
}

const OPEN = { '0000000001': 'open' } as const;

describe('sandtide sweep', () => {
  it('says what it would remove and why, and touches nothing', async () => {
    const { out, exitCode, closed, provider } = await run([], { states: OPEN });
    assert.equal(
      out,
      `ACTION  PROVIDER  CLUSTER              RUN    OWNER       WHY
keep    local     st-run-1-0000000001  run-1  0000000001  its run is open; lease until 2027-01-15T08:00:00Z
remove  local     st-run-2-0000000002  run-2  0000000002  its run has ended and nobody guards it
remove  local     st-run-3-0000000003  run-3  0000000003  its run has ended and nobody guards it
3 clusters with our labels: 2 to remove, 1 in use; nothing was touched, --apply removes
`,
    );
    assert.deepEqual([exitCode, closed, provider.removals], [0, 1, 0]);
  });

  it('removes it with --apply, and says what is being removed meanwhile', async () => {
    const { out, err, exitCode, provider } = await run(['--apply'], { states: OPEN });
    assert.deepEqual(provider.removed, ['st-run-2-0000000002', 'st-run-3-0000000003']);
    assert.match(out, /^removed +local +st-run-2-0000000002/m);
    assert.match(out, /^keep +local +st-run-1-0000000001/m);
    assert.match(out, /^3 clusters with our labels: 2 removed, 1 in use$/m);
    assert.match(err, /removing st-run-2-0000000002\nremoved st-run-2-0000000002\n/);
    assert.equal(exitCode, 0);
  });

  it('goes on past a removal that fails, and ends with exit code 2', async () => {
    const provider = new RecordingProvider([1, 2].map((number) => ownedCluster(number)));
    provider.removeFailures.set('st-run-1-0000000001', 1);
    const { out, exitCode } = await run(['--apply'], { provider });
    assert.match(
      out,
      /^failed .* st-run-1-0000000001: cannot be removed now; wait \(before: its run has ended/m,
    );
    assert.match(out, /^removed .*st-run-2/m);
    assert.match(out, /2 clusters with our labels: 1 removed, 1 failed/);
    assert.equal(exitCode, 2);
  });

  it('ends with exit code 2 where a provider cannot be asked: nobody knows that there is nothing', async () => {
    const provider = new RecordingProvider();
    provider.listFailures = 1;
    const { out, exitCode } = await run([], { provider });
    assert.match(out, /local could not be asked: the cloud: does not answer; wait/);
    assert.equal(exitCode, 2);
  });

  it('protects what --protect and SANDTIDE_PROTECT name', async () => {
    const { out, provider } = await run(['--apply', '--protect', 'run-1', '0000000002'], {
      env: { SANDTIDE_PROTECT: 'st-run-3-0000000003' },
    });
    assert.equal(provider.removals, 0);
    assert.match(out, /3 clusters with our labels: 0 removed, 3 protected/);
  });

  it('removes --max at most', async () => {
    const { out, provider } = await run(['--apply', '--max', '2']);
    assert.equal(provider.removed.length, 2);
    assert.match(out, /2 removed, 1 left to the next pass/);
  });

  it('says what it goes by while Temporal cannot be reached', async () => {
    const states = {
      '0000000001': 'unreachable',
      '0000000002': 'unreachable',
      '0000000003': 'unreachable',
    } as const;
    const { out, exitCode, provider } = await run(['--apply'], { states, reachable: false });
    assert.match(
      out,
      /^Temporal at 127.0.0.1:7233 cannot be reached: only what is past its lease by more than 15m counts as nobody's$/m,
    );
    assert.deepEqual([exitCode, provider.removals], [0, 0]);
  });

  it('gives the same as JSON', async () => {
    const { out } = await run(['--apply', '--output', 'json'], { states: OPEN });
    const told = JSON.parse(out) as {
      applied: boolean;
      counts: unknown;
      clusters: Record<string, unknown>[];
    };
    assert.equal(told.applied, true);
    assert.deepEqual(told.counts, {
      seen: 3,
      remove: 2,
      inUse: 1,
      protected: 0,
      refused: 0,
      postponed: 0,
      removed: 2,
      gone: 0,
      failed: 0,
    });
    assert.deepEqual(told.clusters[1], {
      provider: 'local',
      name: 'st-run-2-0000000002',
      location: 'here',
      owner: '0000000002',
      runName: 'run-2',
      leaseUntilSeconds: LEASE,
      ownerState: 'closed',
      action: 'remove',
      cause: 'owner-ended',
      reason: 'its run has ended and nobody guards it',
      outcome: 'removed',
      detail: null,
    });
  });

  it('lets no label write to the terminal', async () => {
    const provider = new RecordingProvider([ownedCluster(1, { runName: '\u001B[2Jrun\r\nremoved' })]);
    const { out } = await run([], { provider });
    assert.match(out, / run removed /);
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    assert.doesNotMatch(out, /[\u001B\r]/);
  });

  it('refuses a number that is none, and a provider that there is none of', async () => {
    for (const args of [
      ['--max', 'all'],
      ['--max', '-1'],
      ['--provider', 'lokal'],
      ['--max', '1e3'],
    ])
      await assert.rejects(run(args), { code: 'commander.invalidArgument' });
    await assert.rejects(run(['--max', '100000']), InvalidSpecError);
  });
});
