import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { renderMarkdown } from '../../src/report/markdown.ts';
import type { RunReport } from '../../src/report/report.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import type { Sample } from './sample-reports.ts';
import { REPORTS } from './sample-reports.ts';

/** Kept to be read by people; after a wanted change: `node --test --test-update-snapshots test/report/prints.test.ts`. */
const golden = (name: string): string => join(import.meta.dirname, 'golden', name);
const asItIs = { serializers: [(text: string): string => text] };

describe('the prints of a report', () => {
  for (const [name, report] of Object.entries(REPORTS)) {
    it(`${name}: the terminal's, at 80 and at 120 columns`, (t) => {
      for (const width of [80, 120]) {
        const text = renderTerminal(report, { colour: false, width });
        t.assert.fileSnapshot(`${text}\n`, golden(`${name}.${width}.txt`), asItIs);
      }
    });

    it(`${name}: Markdown`, (t) => {
      const text = renderMarkdown(report);
      const [, spec = ''] = /```json\n(.*?)\n```/s.exec(text) ?? [];
      assert.deepEqual(JSON.parse(spec), report.spec);
      // A new setting of the spec is no change of the print.
      const print = text.replace(spec, '(the spec)').replace(report.digests['spec'] ?? '', '(its digest)');
      t.assert.fileSnapshot(print, golden(`${name}.md`), asItIs);
    });

    it(`${name}: colours change nothing but colours`, () => {
      const plain = renderTerminal(report, { colour: false, width: 80 });
      const coloured = renderTerminal(report, { colour: true, width: 80 });
      assert.notEqual(coloured, plain);
      assert.equal(stripVTControlCharacters(coloured), plain);
    });
  }

  it('keep to the width, but for paths and commands, which are to be copied whole', () => {
    for (const report of Object.values(REPORTS)) {
      for (const width of [50, 80, 110]) {
        const lines = renderTerminal(report, { colour: false, width }).split('\n');
        const wide = lines.filter((line) => line.length > width);
        assert.deepEqual(
          wide.filter((line) => !/^(?:report {6}|evidence {4}|next {8})| {12}/.test(line)),
          [],
          String(width),
        );
      }
    }
  });
});

describe('texts from outside', () => {
  const hostile = '\u001B[2J`rm -rf /` | <script>alert(1)</script> [x](http://y) **b**\nnext\r\n# head';
  const report: RunReport = {
    ...REPORTS['cleanup-incomplete' satisfies Sample],
    runName: hostile,
    description: hostile,
    ending: 'failed',
    failure: { stage: 'run-claims', step: 'claims', errorType: hostile, message: hostile },
    errors: { [hostile]: 3 },
    leftovers: [{ kind: hostile, name: hostile, detail: hostile }],
    leftoverCount: 1,
    versions: { [hostile]: hostile },
    flags: { [hostile]: [hostile] },
    verdictReasons: [hostile],
  };

  it('reach the terminal without escape sequences', () => {
    const text = renderTerminal(report, { colour: false, width: 100 });
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    assert.ok(!/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/.test(text));
    assert.ok(text.includes('alert(1)'));
  });

  it('mean nothing as Markdown: no HTML, no link, no heading, no table column of their own', () => {
    const lines = renderMarkdown(report).split('\n');
    const outsideCode = lines.map((line) => line.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, ''));
    const fences = lines.flatMap((line, index) => (line.startsWith('```') ? [index] : []));
    const inFence = (index: number) => fences.filter((at) => at <= index).length % 2 === 1;
    for (const [index, line] of outsideCode.entries()) {
      if (inFence(index)) continue;
      assert.ok(!/(?<!\\)<script|(?<!\\)\[x/.test(line), line);
      assert.ok(!line.startsWith('# head') && !line.startsWith('next'), line);
    }
    const columns = (line: string) => line.split(/(?<!\\)\|/).length;
    const tables = lines.filter((line) => line.startsWith('| '));
    for (const [index, line] of tables.entries()) {
      if (index > 0 && tables[index - 1] === lines[lines.indexOf(line) - 1])
        assert.equal(columns(line), columns(tables[index - 1] ?? ''), line);
    }
  });

  it('cannot make a command mean anything else: the name of the run is one word', () => {
    const text = renderMarkdown({ ...report, runName: "it's; rm -rf /", workflowId: '$(reboot)' });
    assert.ok(text.includes(`sandtide report 'it'\\''s; rm -rf /' --output markdown`));
    assert.ok(text.includes(`temporal workflow query --workflow-id '$(reboot)-guard' --type watched`));
  });
});
