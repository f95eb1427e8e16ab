import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { selectorsOf } from './promql.ts';
import { alertRules, allQueries, dashboardPanels } from './queries.ts';
import { readScrape, select } from './scrape.ts';

describe('alert rules and dashboard', () => {
  it('ask in PromQL', () => {
    for (const { place, expr } of allQueries()) assert.doesNotThrow(() => selectorsOf(expr), place);
  });

  it('alert on a stuck teardown, a lease that is over and a failing workflow task, and say what to do', () => {
    const rules = alertRules();
    for (const name of ['SandtideTeardownStuck', 'SandtideLeaseOver', 'SandtideWorkflowTaskFails'])
      assert.ok(
        rules.some(({ alert }) => alert === name),
        name,
      );
    for (const { alert, annotations } of rules) assert.ok(annotations.description.length > 20, alert);
  });

  it('have no panel twice, none over another, and none without a query', () => {
    const panels = dashboardPanels();
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    assert.equal(new Set(cells).size, cells.length);
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    for (const { type, title, targets = [] } of panels)
      assert.equal(targets.length > 0, type !== 'row', title);
  });
});

describe('the check of the queries', () => {
  const scrape = readScrape('# HELP a x\na_total{end="ready",by="a,\\"b\\""} 3\nb 1e-3\n');

  it('finds what is asked for in a scrape, by name and labels', () => {
    const [a, b] = selectorsOf('sum(rate(a_total{end="ready"}[$__rate_interval])) / max(b)');
    assert.deepEqual(
      select(scrape, a!).map(({ value }) => value),
      [3],
    );
    assert.deepEqual(
      select(scrape, b!).map(({ value }) => value),
      [0.001],
    );
  });

  const unfound: [string, string][] = [
    ['a name that nobody serves', 'rate(a_totl[5m])'],
    ['a label that has no such value', 'a_total{end="redy"}'],
    ['a label that is not there', 'b{end="ready"}'],
  ];
  for (const [what, query] of unfound) {
    it(`misses ${what}`, () => {
      assert.deepEqual(
        selectorsOf(query).flatMap((selector) => select(scrape, selector)),
        [],
      );
    });
  }

  it('refuses what is no PromQL, or asks for nothing', () => {
    for (const query of ['sum(a', 'rate(a[5x])', '1 + 1', 'a{b=~"c"}'])
      assert.throws(() => selectorsOf(query), query);
  });

  it('knows absence from presence', () => {
    assert.deepEqual(
      selectorsOf('absent(a) or b').map(({ absent }) => absent),
      [true, false],
    );
  });
});
