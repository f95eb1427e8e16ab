import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '../../../src/kubernetes/kube-client.ts';
import { UnreadyObjects } from '../../../src/sandbox/kubernetes/unready-text.ts';

function pod(name: string, reason: string | null): KubeObject {
  const condition =
    reason === null ? { type: 'Ready', status: 'True' } : { type: 'Ready', status: 'False', reason };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'team-a' },
    status: { conditions: [condition] },
  };
}

function textOf(pods: KubeObject[], trouble?: string): string {
  const unready = new UnreadyObjects('Pod in team-a');
  for (const one of pods) unready.add(one);
  return unready.text(trouble);
}

describe('the list of what is not ready', () => {
  it('goes by complaint, the most frequent first, and counts what is ready', () => {
    const pods = [pod('a', 'Slow'), pod('b', 'Stuck'), pod('c', null), pod('d', 'Stuck')];
    assert.equal(
      textOf(pods),
      [
        'Pod in team-a: 3 of 4 not ready',
        '  Ready=False Stuck (2 times)',
        '    team-a/b',
        '    team-a/d',
        '  Ready=False Slow',
        '    team-a/a',
        '',
      ].join('\n'),
    );
  });

  it('says why it is not whole', () => {
    assert.equal(
      textOf([], 'only the first 20000 were looked at'),
      'Pod in team-a: 0 of 0 not ready (only the first 20000 were looked at)\n',
    );
  });

  it('names some of very many, and counts the others', () => {
    const lines = textOf(Array.from({ length: 5000 }, (_, index) => pod(`p${index}`, 'Stuck'))).split('\n');
    assert.equal(lines[0], 'Pod in team-a: 5000 of 5000 not ready');
    assert.equal(lines.at(-2), '    and 4980 more');
    assert.ok(lines.length < 30);
  });

  it('gives some of very many complaints, and counts the others', () => {
    const lines = textOf(Array.from({ length: 5000 }, (_, index) => pod(`p${index}`, `R${index}`))).split(
      '\n',
    );
    assert.equal(lines.at(-2), '  and 4960 other complaints');
    assert.ok(lines.length < 100);
  });
});
