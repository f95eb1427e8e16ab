import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { CONTROLLER_FLAGS, controllerFlags } from '../../src/spec/controller-flags.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';

const run = promisify(execFile);

/** Each flag as the program's own help has it: `  -name type` and, below, `... (default x)`. */
function flagsIn(help: string): Record<string, { type: string; default: string | null }> {
  const blocks = help.split(/\n(?= {2}-)/).slice(1);
  return Object.fromEntries(
    blocks.map((block) => {
      const [, name = '', type = 'bool'] = /^ {2}-([a-z-]+)(?: (\w+))?/.exec(block) ?? [];
      const text = /\(default "?([^()"]*)"?\)\s*$/.exec(block)?.[1] ?? null;
      return [name, { type, default: text }];
    }),
  );
}

describe('the flags of the controller', { timeout: 60_000 }, () => {
  let program: string;
  let help: string;
  before(async () => {
    const work = { signal: AbortSignal.timeout(60_000), progress: () => undefined };
    const found = await createToolchain().findAll(['agent-sandbox-controller'], work);
    program = found['agent-sandbox-controller']?.path ?? '';
    help = (await run(program, ['--help'])).stderr;
  });

  it('are the ones that its own help tells, with their types and defaults', () => {
    const pinned = Object.entries(CONTROLLER_FLAGS).map(([name, { type, default: value }]) => [
      name,
      { type, default: value },
    ]);
    assert.deepEqual(flagsIn(help), Object.fromEntries(pinned));
  });

  it('that a spec may set by their own names are those without a key of their own', () => {
    const free = Object.entries(CONTROLLER_FLAGS).filter(
      ([, { place }]) => place === 'agentSandbox.controller.flags',
    );
    assert.deepEqual(Object.keys(controllerFlags.shape).toSorted(), free.map(([name]) => name).toSorted());
  });

  it('take the values that a spec may give them', async () => {
    const given = {
      'api-connections': 2,
      'cluster-domain': 'tide.example',
      'disable-claim-events': true,
      'pprof-mutex-profile-fraction': 0,
      'sandbox-warm-pool-max-refill-rate': 12.5,
      'sandbox-warm-pool-readiness-grace-period': '90000ms',
      'zap-encoder': 'console',
      'zap-log-level': 3,
      'zap-stacktrace-level': 'panic',
      'zap-time-encoding': 'rfc3339nano',
    };
    const args = Object.entries(given).map(([name, value]) => `--${name}=${value}`);
    await run(program, [...args, '--version']);
    await assert.rejects(run(program, ['--zap-encoder=xml', '--version']));
  });
});
