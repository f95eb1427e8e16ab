import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  claimName,
  guardWorkflowId,
  LABELS,
  ownedName,
  OWNER_PATTERN,
  ownerLabels,
  ownerSource,
  runNameProblem,
  slug,
} from '../../src/domain/names.ts';

/** Kubernetes' own rules (apimachinery's `validation.go`). */
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const LABEL_KEY = /^[a-z0-9.-]{1,253}\/[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const owners = fc.string({
  unit: fc.constantFrom(...'0123456789abcdef'.split('')),
  minLength: 10,
  maxLength: 10,
});
/** Temporal takes nearly any text as a workflow id. */
const runNames = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom('a', '7'), minLength: 20, maxLength: 100 }),
  fc.string({ unit: fc.constantFrom('a', 'Z', '9', '-', '.', '_', ' ', 'ß', '🌊', 'İ'), maxLength: 80 }),
);

describe('a slug', () => {
  const rows: [string, number, string][] = [
    ['nightly', 26, 'nightly'],
    ['Nightly Run/7', 26, 'nightly-run-7'],
    ['--a--b--', 26, 'a-b'],
    ['üäö', 26, 'run'],
    ['', 26, 'run'],
    ['abc-def', 4, 'abc'],
    ['1.2.3', 26, '1-2-3'],
  ];
  for (const [text, most, expected] of rows) {
    it(`of ${JSON.stringify(text)} in ${most} characters is ${expected}`, () => {
      assert.equal(slug(text, most), expected);
    });
  }

  it('of any text is a DNS label of no more than the given length, and its own slug', () => {
    fc.assert(
      fc.property(runNames, fc.integer({ min: 3, max: 63 }), (text, most) => {
        const made = slug(text, most);
        assert.match(made, DNS_LABEL);
        assert.ok(made.length <= most);
        assert.equal(slug(made, most), made);
      }),
    );
  });
});

describe('names', () => {
  it('fit every provider: DNS labels of 40 characters at most', () => {
    fc.assert(
      fc.property(runNames, owners, (runName, owner) => {
        const name = ownedName(runName, owner);
        assert.match(name, DNS_LABEL);
        assert.ok(name.length <= 40, name);
      }),
    );
  });

  it('of two owners are never the same, however the runs are called', () => {
    fc.assert(
      fc.property(runNames, runNames, owners, owners, (one, other, ownerOfOne, ownerOfOther) => {
        fc.pre(ownerOfOne !== ownerOfOther);
        assert.notEqual(ownedName(one, ownerOfOne), ownedName(other, ownerOfOther));
        assert.notEqual(claimName(ownerOfOne, 0, 0), claimName(ownerOfOther, 0, 0));
      }),
    );
  });

  it('of claims are DNS labels, and one for each window and index', () => {
    const place = fc.record({ window: fc.nat({ max: 1_000_000 }), index: fc.nat({ max: 100_000_000 }) });
    fc.assert(
      fc.property(owners, place, place, (owner, one, other) => {
        fc.pre(one.window !== other.window || one.index !== other.index);
        assert.match(claimName(owner, one.window, one.index), DNS_LABEL);
        assert.notEqual(claimName(owner, one.window, one.index), claimName(owner, other.window, other.index));
      }),
    );
  });

  it('of the guard tells whose it is', () => assert.equal(guardWorkflowId('nightly'), 'nightly-guard'));
});

describe('labels', () => {
  it('are always valid for Kubernetes, whatever the run is called', () => {
    fc.assert(
      fc.property(runNames, owners, fc.nat({ max: 2 ** 40 }), (runName, owner, leaseUntilSeconds) => {
        for (const [key, value] of Object.entries(ownerLabels(runName, owner, leaseUntilSeconds))) {
          assert.match(key, LABEL_KEY);
          assert.match(value, LABEL_VALUE);
        }
      }),
    );
  });

  it('say owner, run and the end of the lease in Unix seconds', () => {
    assert.deepEqual(ownerLabels('Nightly Run', '0123456789', 1_790_000_000), {
      [LABELS.owner]: '0123456789',
      [LABELS.run]: 'nightly-run',
      [LABELS.leaseUntil]: '1790000000',
    });
  });
});

describe('the text that the owner is a hash of', () => {
  // Few texts, so that two identities often share parts, and some that could pass for two.
  const texts = fc.constantFrom('a', 'b', 'a,b', 'b,a', 'a","b', '');
  const identities = fc.record({ namespace: texts, workflowId: texts, firstExecutionRunId: texts });

  it('differs wherever namespace, workflow id or first execution differ', () => {
    fc.assert(
      fc.property(identities, identities, (one, other) => {
        const same =
          one.namespace === other.namespace &&
          one.workflowId === other.workflowId &&
          one.firstExecutionRunId === other.firstExecutionRunId;
        assert.equal(ownerSource(one) === ownerSource(other), same);
      }),
      { numRuns: 2000 },
    );
  });

  it('is hashed to ten hex digits, and nothing else is taken for an owner', () => {
    assert.match('0123456789', OWNER_PATTERN);
    for (const wrong of ['', '012345678', '01234567890', '012345678G', '0123456789\n', 'ABCDEF0123']) {
      assert.doesNotMatch(wrong, OWNER_PATTERN);
    }
  });
});

describe('the name of a run', () => {
  it('may not be what the guard of another is called', () => {
    assert.match(runNameProblem(guardWorkflowId('nightly')) ?? '', /-guard/);
    assert.equal(runNameProblem('nightly'), null);
    assert.equal(runNameProblem('guard'), null);
  });
});
