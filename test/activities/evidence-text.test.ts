import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evidenceText } from '../../activities/evidence-text.ts';

const LINES = Array.from({ length: 100 }, (_, index) => `line ${String(index).padStart(2, '0')}`).join('\n');
const linesOf = (text: string): string[] => text.trimEnd().split('\n');

describe('a text of the evidence', () => {
  it('that is short enough stays as it is', () => {
    assert.equal(evidenceText(`${LINES}\n`, 'end', 10_000), `${LINES}\n`);
  });

  it('that is too long keeps its last whole lines, and says so first', () => {
    const [note, first, ...rest] = linesOf(evidenceText(LINES, 'end', 100));
    assert.equal(note, '(cut: 95 of 799 bytes, the end)');
    assert.equal(first, 'line 88');
    assert.equal(rest.at(-1), 'line 99');
  });

  it('that is too long keeps its first whole lines, and says so last', () => {
    const lines = linesOf(evidenceText(LINES, 'beginning', 100));
    assert.deepEqual(lines.slice(0, 2), ['line 00', 'line 01']);
    assert.deepEqual(lines.slice(-2), ['line 11', '(cut: 96 of 799 bytes, the beginning)']);
  });

  it('is cut by bytes, and never within a character', () => {
    for (const keep of ['beginning', 'end'] as const) {
      const text = evidenceText('日本\n'.repeat(100), keep, 101);
      assert.ok(!text.includes('\uFFFD'), text);
      assert.ok(Buffer.byteLength(text) < 101 + 60);
    }
  });

  it('holds no secret that the cut has parted from the word by which it is known', () => {
    const line = 'client-key-data: canary0canary1canary2canary3';
    for (let most = 1; most <= line.length + 12; most += 1) {
      for (const keep of ['beginning', 'end'] as const) {
        const text = evidenceText(`before\n${line}\nafter\n`, keep, most);
        assert.ok(!text.includes('canary'), `${keep} ${most}: ${text}`);
      }
    }
  });
});
