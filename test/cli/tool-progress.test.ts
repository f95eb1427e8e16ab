import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { progressLine, subjectOf } from '../../src/cli/tool-progress.ts';

function recording(terminal: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  return { written, stream: { write: (text: string) => written.push(text), ...terminal } };
}

describe('progress in a log', () => {
  it('comes on a change, and else every ten seconds', () => {
    const { written, stream } = recording();
    let now = 0;
    const line = progressLine(stream, () => now);
    for (let second = 0; second <= 25; second += 1) {
      now = second * 1_000;
      line.show(`building etcd (1 of 2), ${second}s`);
    }
    line.show('building kwok, kwokctl (2 of 2), 0s');
    line.end();
    assert.deepEqual(written, [
      'building etcd (1 of 2), 0s\n',
      'building etcd (1 of 2), 10s\n',
      'building etcd (1 of 2), 20s\n',
      'building kwok, kwokctl (2 of 2), 0s\n',
    ]);
  });

  it('takes amounts and times for no change', () => {
    assert.equal(
      subjectOf('downloading etcd v3.6.6 (1 of 2), 12 of 23 MB, 3s'),
      'downloading etcd v3.6.6 (1 of 2)',
    );
    assert.equal(
      subjectOf('downloading etcd v3.6.6 (1 of 2), 12 MB, 1m3s'),
      'downloading etcd v3.6.6 (1 of 2)',
    );
    assert.equal(
      subjectOf('waiting for another process that gets etcd, 1h2m3s'),
      'waiting for another process that gets etcd',
    );
    assert.equal(subjectOf('a site is out of reach'), 'a site is out of reach');
  });
});

describe('progress on a terminal', () => {
  it('stays on one line, cut to its width, and is taken away in the end', () => {
    const { written, stream } = recording({ isTTY: true, columns: 10 });
    const line = progressLine(stream);
    line.show('building etcd, 0s');
    line.show('one\ntwo');
    line.end();
    line.end();
    assert.deepEqual(written, ['\r\u001B[Kbuilding ', '\r\u001B[Kone two', '\r\u001B[K']);
  });
});
