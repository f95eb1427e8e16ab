import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import type { WriteStream } from 'node:tty';
import { createLiveView } from '../../src/cli/live-view.ts';
import { createView } from '../../src/cli/view.ts';
import { after, status } from './sample-status.ts';

/** As much of a terminal as the view needs: a screen that understands the sequences that log-update writes. */
class Screen extends EventEmitter {
  readonly isTTY = true;
  columns = 80;
  rows = 30;
  colours = false;
  raw = '';
  #lines = [''];
  #row = 0;

  hasColors(): boolean {
    return this.colours;
  }

  write(text: string): boolean {
    this.raw += text;
    // oxlint-disable-next-line no-control-regex -- escape sequences are what it is about
    for (const [token] of text.matchAll(/\u001B\[[?\d;]*[A-Za-z]|\n|[^\u001B\n]+/g)) this.#take(token);
    return true;
  }

  /** As terminals do it: lines that are too wide now are broken, and the cursor moves along. */
  resize(columns: number): void {
    this.columns = columns;
    const below = this.#lines.length - this.#row;
    this.#lines = this.#lines.flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? ['']);
    this.#row = this.#lines.length - below;
    this.emit('resize');
  }

  get text(): string[] {
    const lines = [...this.#lines];
    while (lines.length > 0 && lines.at(-1) === '') lines.pop();
    return lines;
  }

  #take(token: string): void {
    // oxlint-disable-next-line no-control-regex -- as above
    const [, amount = '', letter] = /^\u001B\[\??([\d;]*)([A-Za-z])$/.exec(token) ?? [];
    if (token === '\n') this.#row += 1;
    else if (letter === undefined) this.#lines[this.#row] += token;
    else if (letter === 'A') this.#row -= Number(amount || 1);
    else if (letter === 'B') this.#row += Number(amount || 1);
    else if (letter === 'K' && amount === '2') this.#lines[this.#row] = '';
    while (this.#lines.length <= this.#row) this.#lines.push('');
  }
}

function opened(t: TestContext, changes: Partial<Screen> = {}) {
  const screen = Object.assign(new Screen(), changes);
  const view = createLiveView(screen as unknown as WriteStream, () => 10_000);
  t.after(() => view.close());
  return { screen, view };
}

const running = status({ steps: after(['started', 'cluster']) });

describe('a run on a terminal', () => {
  it('stays in place as it goes on', (t) => {
    const { screen, view } = opened(t);
    view.update(running);
    assert.match(screen.text[1] ?? '', /^▶ create cluster .* 9s$/);
    view.update(status({ steps: after(['started', 'cluster'], ['done', 'cluster']) }));
    assert.equal(screen.text.length, 6);
    assert.match(screen.text[1] ?? '', /^✓ create cluster/);
  });

  it('puts a note above the steps, where it stays', (t) => {
    const { screen, view } = opened(t);
    view.note('before');
    view.update(running);
    view.note('while');
    view.update(status({ steps: after(['started', 'cluster'], ['done', 'cluster']) }));
    assert.deepEqual(screen.text.slice(0, 3), ['before', 'while', 'nightly  create-cluster, 10s']);
    assert.equal(screen.text.length, 8);
  });

  it('leaves nothing of itself while paused, takes in what comes, and shows it afterwards', (t) => {
    const { screen, view } = opened(t);
    view.note('before');
    view.update(running);
    view.pause();
    view.update(status({ steps: after(['started', 'cluster'], ['done', 'cluster']) }));
    screen.write('Leave the run going (d)? d\n');
    assert.deepEqual(screen.text, ['before', 'Leave the run going (d)? d']);
    view.resume();
    assert.match(screen.text[3] ?? '', /^✓ create cluster/);
  });

  it('what is printed after it was closed or paused for good stays untouched', (t) => {
    for (const end of ['close', 'pause'] as const) {
      const { screen, view } = opened(t);
      view.update(running);
      view[end]();
      screen.write('the report\n');
      view.note('stopping');
      view.close();
      view.update(running);
      assert.deepEqual(screen.text.slice(-2), ['the report', 'stopping'], end);
      assert.equal(screen.text.length, end === 'close' ? 8 : 2);
    }
  });

  it('fits into the new width as soon as the terminal is resized', (t) => {
    const { screen, view } = opened(t);
    view.update(running);
    for (const columns of [40, 25, 100]) {
      screen.resize(columns);
      assert.ok(screen.text.every((line) => line.length < columns));
      assert.equal(screen.text.length, 6);
    }
  });

  it('has colours only where they are wanted', (t) => {
    const written: string[] = [];
    for (const colours of [true, false]) {
      const { screen, view } = opened(t, { colours });
      view.update(running);
      written.push(screen.raw);
    }
    // oxlint-disable-next-line no-control-regex -- escape sequences are what it is about
    const coloured = written.map((text) => /\u001B\[3\dm/.test(text));
    assert.deepEqual(coloured, [process.env['NO_COLOR'] === undefined, false]);
  });

  it('is for terminals that can do it: any other stream gets plain lines', () => {
    const written: string[] = [];
    const view = createView({ write: (text: string) => written.push(text) } as unknown as WriteStream);
    view.update(running);
    assert.match(written[0] ?? '', /^\[.*\] create cluster/);
  });
});
