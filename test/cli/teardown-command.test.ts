import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TeardownCommandDeps } from '../../src/cli/teardown-command.ts';
import { teardownCommand } from '../../src/cli/teardown-command.ts';
import { Interrupted } from '../../src/cli/interrupts.ts';
import { ConflictError, InvalidSpecError } from '../../src/domain/errors.ts';
import type { OwnerState } from '../../src/domain/sweep-decision.ts';
import { PROVIDER_TYPES } from '../../src/spec/schema.ts';
import { ownedCluster, RecordingProvider, sweepWorldOf } from '../support/recording-provider.ts';

interface Given {
  provider?: RecordingProvider;
  states?: Record<string, OwnerState>;
  reachable?: boolean;
  answer?: boolean | null;
}

/** `sandtide teardown ARGS` in the recording world; nobody is at the terminal unless `answer` is given. */
async function run(args: string[], { states = {}, reachable = true, answer = null, ...given }: Given = {}) {
  const provider = given.provider ?? nightlies();
  const out: string[] = [];
  const asked: string[] = [];
  let exitCode = -1;
  let closed = 0;
  const deps: TeardownCommandDeps = {
    open: () =>
      Promise.resolve({
        world: sweepWorldOf(provider, new Map(Object.entries(states))),
        temporal: { address: '127.0.0.1:7233', namespace: 'default' },
        reachable,
        close: () => {
          closed += 1;
          return Promise.resolve();
        },
      }),
    confirm:
      answer === null
        ? null
        : (question) => {
            asked.push(question);
            return Promise.resolve(answer);
          },
    out: { write: (text) => out.push(text) },
    err: { write: () => undefined },
    signal: new AbortController().signal,
    exitWith: (code) => {
      exitCode = code;
    },
  };
  let thrown: unknown = null;
  await teardownCommand(deps)
    .parseAsync(args, { from: 'user' })
    .catch((error: unknown) => {
      thrown = error;
    });
  assert.equal(closed, 1);
  return { out: out.join(''), asked, exitCode, thrown, provider };
}

/** Two runs that were called `nightly`, and one that was not. */
function nightlies(): RecordingProvider {
  return new RecordingProvider([
    ownedCluster(1, { runName: 'nightly' }),
    ownedCluster(2, { runName: 'nightly' }),
    ownedCluster(3, { runName: 'nightly-2' }),
  ]);
}

describe('sandtide teardown', () => {
  it('removes every cluster of that run name, whoever owned it, and no other', async () => {
    const { out, exitCode, provider } = await run(['nightly', '--yes']);
    assert.deepEqual(provider.removed, ['st-nightly-0000000001', 'st-nightly-0000000002']);
    assert.equal(
      out,
      `nightly: 2 clusters, of 2 runs that had this name
PROVIDER  CLUSTER                OWNER       LEASE UNTIL           RUN
local     st-nightly-0000000001  0000000001  2027-01-15T08:00:00Z  ended
local     st-nightly-0000000002  0000000002  2027-01-15T08:00:00Z  ended
removed st-nightly-0000000001 (local)
removed st-nightly-0000000002 (local)
nothing is left
`,
    );
    assert.equal(exitCode, 0);
  });

  it('takes an owner, where a name is not enough', async () => {
    const { provider } = await run(['0000000002', '--yes']);
    assert.deepEqual(provider.removed, ['st-nightly-0000000002']);
  });

  it('works with Temporal gone, and says what it goes by', async () => {
    const states = { '0000000001': 'unreachable', '0000000002': 'unreachable' } as const;
    const { out, exitCode, provider } = await run(['nightly', '--yes'], { states, reachable: false });
    assert.match(out, /^Temporal at 127.0.0.1:7233 cannot be reached: going by the labels alone$/m);
    assert.deepEqual([exitCode, provider.removed.length], [0, 2]);
  });

  it('refuses a run that is open, and says how to end it', async () => {
    const { thrown, provider } = await run(['nightly', '--yes'], { states: { '0000000002': 'open' } });
    assert.ok(thrown instanceof ConflictError);
    assert.equal(
      thrown.message,
      'run nightly: it is open and uses st-nightly-0000000002; nothing was touched; ' +
        'end it with `sandtide cancel nightly`, or take its cluster away with --force',
    );
    assert.equal(provider.removals, 0);
  });

  it('removes the cluster of an open run with --force', async () => {
    const { exitCode, provider } = await run(['nightly', '--yes', '--force'], {
      states: { '0000000002': 'open' },
    });
    assert.deepEqual([exitCode, provider.removed.length], [0, 2]);
  });

  it('removes what the guard of an ended run could not', async () => {
    const { out, provider } = await run(['nightly', '--yes'], { states: { '0000000001': 'guarded' } });
    assert.match(out, /0000000001 .*ended, its guard stands/);
    assert.equal(provider.removed.length, 2);
  });

  it('asks first, and takes a no for a no', async () => {
    const { asked, thrown, provider } = await run(['nightly'], { answer: false });
    assert.deepEqual(asked, ['Remove 2 clusters? (y/N) ']);
    assert.ok(thrown instanceof Interrupted);
    assert.equal(provider.removals, 0);
    assert.equal((await run(['nightly'], { answer: true })).provider.removed.length, 2);
  });

  it('removes nothing unasked where nobody can be asked', async () => {
    const { out, thrown, provider } = await run(['nightly']);
    assert.ok(thrown instanceof InvalidSpecError);
    assert.match(thrown.message, /--yes/);
    assert.match(out, /st-nightly-0000000001/);
    assert.equal(provider.removals, 0);
  });

  it('goes on past a removal that fails, names what is left, and ends with exit code 3', async () => {
    const provider = nightlies();
    provider.removeFailures.set('st-nightly-0000000001', 1);
    const { out, exitCode } = await run(['nightly', '--yes'], { provider });
    assert.match(out, /^removed st-nightly-0000000002/m);
    assert.match(
      out,
      /^still left:\n {2}st-nightly-0000000001 \(local\): st-nightly-0000000001: cannot be removed now; wait\n {2}cluster st-nightly-0000000001: as it was\n$/m,
    );
    assert.equal(exitCode, 3);
  });

  it("ends with exit code 3 where something else carries the owner's label still", async () => {
    const provider = nightlies();
    provider.stuck.add('0000000002');
    const { out, exitCode } = await run(['nightly', '--yes'], { provider });
    assert.match(out, /^still left:\n {2}disk disk-0000000002: still attached\n$/m);
    assert.equal(exitCode, 3);
  });

  it('finds nothing the second time, which is success, and names what else there is', async () => {
    const { out, exitCode, provider } = await run(['nightli', '--yes']);
    assert.equal(
      out,
      `nothing at ${PROVIDER_TYPES.join(', ')} carries the label of run nightli; there are clusters of nightly, nightly-2\n`,
    );
    assert.deepEqual([exitCode, provider.removals], [0, 0]);
  });

  it('ends with exit code 3 where a provider cannot be asked: nobody knows that there is nothing', async () => {
    const provider = new RecordingProvider();
    provider.listFailures = 1;
    const { out, exitCode } = await run(['nightly', '--yes'], { provider });
    assert.match(out, /local could not be asked/);
    assert.equal(exitCode, 3);
  });
});
