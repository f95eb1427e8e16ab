import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { InvalidSpecError } from '../../src/domain/errors.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { reviseSpec } from '../../src/spec/revise.ts';

const SPEC = resolveSpec({
  load: { qps: 5, total: 100 },
  agentSandbox: { warmPool: { replicas: 10, readyTimeout: '2m' }, controller: { claimWorkers: 50 } },
});

/** `path: message` of every problem. */
function refused(changes: unknown): string[] {
  try {
    reviseSpec(SPEC, changes);
  } catch (error) {
    assert.ok(error instanceof InvalidSpecError, String(error));
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
  return assert.fail('it was taken');
}

describe('a spec that is changed in a run under way', () => {
  it('has the changed values, and all others as they were', () => {
    const revised = reviseSpec(SPEC, {
      load: { readyTimeout: '30s' },
      agentSandbox: { controller: { claimWorkers: 10 }, warmPool: { replicas: 5 } },
    });
    assert.deepEqual(revised, {
      ...SPEC,
      load: { ...SPEC.load, readyTimeout: '30s' },
      agentSandbox: {
        ...SPEC.agentSandbox,
        controller: { ...SPEC.agentSandbox.controller, claimWorkers: 10 },
        warmPool: { ...SPEC.agentSandbox.warmPool, replicas: 5 },
      },
    });
  });

  it('is itself where nothing is changed', () => {
    assert.deepEqual(reviseSpec(SPEC, {}), SPEC);
    assert.deepEqual(reviseSpec(SPEC, { load: {} }), SPEC);
  });

  for (const [change, figures] of [
    [{ qps: 10 }, { qps: 10, duration: '10s', total: 100 }],
    [{ total: 50 }, { qps: 5, duration: '10s', total: 50 }],
    [{ duration: '4s' }, { qps: 5, duration: '4s', total: 20 }],
    [
      { duration: '4s', total: 40 },
      { qps: 10, duration: '4s', total: 40 },
    ],
  ] as const) {
    it(`with ${JSON.stringify(change)} works the load's other figures out anew`, () => {
      const { qps, duration, total } = reviseSpec(SPEC, { load: change }).load;
      assert.deepEqual({ qps, duration, total }, figures);
    });
  }

  it('is refused with every problem at once', () => {
    const problems = refused({
      provider: { type: 'local' },
      limits: { lease: '9h' },
      agentSandbox: { version: 'v9', controller: { claimWorkers: 'many' } },
      load: { qsp: 3, workloadDuration: '5s' },
    });
    assert.deepEqual(problems.map((problem) => problem.split(': ')[0] ?? '').toSorted(), [
      'agentSandbox.controller.claimWorkers',
      'agentSandbox.version',
      'limits',
      'load.qsp',
      'load.workloadDuration',
      'provider',
    ]);
    const at = (path: string) => problems.find((problem) => problem.startsWith(`${path}: `)) ?? '';
    assert.match(
      at('provider'),
      /cannot be changed .*; load, agentSandbox.controller, agentSandbox.warmPool can/,
    );
    assert.match(at('load.workloadDuration'), /stays 0s/);
    assert.match(at('load.qsp'), /did you mean qps\?/);
  });

  it('says in its message that nothing was changed', () => {
    assert.throws(() => reviseSpec(SPEC, { keep: '1h' }), /the change has 1 problem; nothing was changed/);
  });

  for (const junk of [undefined, null, 5, 'load.qps=5', ['load']]) {
    it(`is refused ${JSON.stringify(junk) ?? 'nothing'} as a change`, () => {
      assert.match(refused(junk).join('\n'), /a change is a mapping/);
    });
  }

  it('whatever the change: is a whole spec, or refused as one', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (load, controller) => {
        try {
          const revised = reviseSpec(SPEC, { load, agentSandbox: { controller } });
          assert.deepEqual(resolveSpec(revised), revised);
        } catch (error) {
          assert.ok(error instanceof InvalidSpecError, String(error));
          assert.ok(error.problems.length > 0);
        }
      }),
    );
  });
});
