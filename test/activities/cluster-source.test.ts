import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refuseOtherCluster } from '../../activities/cluster-source.ts';
import { InvalidSpecError } from '../../src/domain/errors.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { planOf } from '../domain/sample-plan.ts';

const SOURCE = planOf({ workloadCommand: ['node', 'busy.js'] });
const spec = (agentSandbox: object = {}) => resolveSpec({ load: { qps: 1, total: 1 }, agentSandbox });

/** `path: message` of every problem. */
function problems(asked: Partial<typeof SOURCE>, given = spec(), source = SOURCE): string[] {
  try {
    refuseOtherCluster(given, source, { ...SOURCE, ...asked });
    return [];
  } catch (error) {
    assert.ok(error instanceof InvalidSpecError, String(error));
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('a spec that takes a cluster over', () => {
  it('is fine where it asks for nothing that the cluster was not made for', () => {
    assert.deepEqual(problems({}), []);
    const { workloadNamespace } = SOURCE.sandbox;
    assert.deepEqual(problems({}, spec({ namespace: workloadNamespace })), []);
  });

  it('is refused with every problem where it does', () => {
    const source = { ...SOURCE, cluster: { ...SOURCE.cluster, provider: 'elsewhere' } };
    assert.deepEqual(problems({ workloadCommand: null }, spec({ namespace: 'mine' }), source), [
      'provider.type: found "local"; the cluster that is taken over is of elsewhere',
      'agentSandbox.namespace: found mine; the cluster that is taken over has st-nightly-0123456789',
      'load.workloadDuration: found 0s; what may run in the sandboxes was settled with the cluster that is taken over',
    ]);
  });
});
