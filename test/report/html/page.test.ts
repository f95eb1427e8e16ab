import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DOMParser } from 'linkedom';
import { renderHtml } from '../../../src/report/html/page.ts';
import { renderJunit } from '../../../src/report/junit.ts';
import { REPORTS } from '../sample-reports.ts';
import { sampleCurves } from './sample-claims.ts';

interface Found {
  textContent: string;
  getAttribute(name: string): string | null;
}
interface Page {
  querySelectorAll(selector: string): Found[];
}
const read = (text: string, type: 'text/html' | 'text/xml') =>
  new DOMParser().parseFromString(text, type as 'text/html') as unknown as Page;

const HOSTILE = `<script>alert(1)</script><img src=x onerror=alert(2)>"'&]]>`;

describe('the report as a page', () => {
  for (const [name, report] of Object.entries(REPORTS)) {
    it(`of a run that ended as ${name} needs no network, no script, and names its outcome`, () => {
      const html = renderHtml(report, report.claims === null ? null : sampleCurves());
      const page = read(html, 'text/html');
      assert.deepEqual([...page.querySelectorAll('script, link, iframe, img')], []);
      assert.doesNotMatch(html, /(?:src|href)="(?!#)/);
      assert.ok(page.querySelectorAll('.mark')[0]?.textContent === report.outcome);
    });
  }

  it('has words and a table of figures behind each chart', () => {
    const page = read(renderHtml(REPORTS.passed, sampleCurves()), 'text/html');
    const charts = page.querySelectorAll('figure svg[role=img]');
    assert.ok(charts.length >= 6, String(charts.length));
    for (const chart of charts) assert.ok((chart.getAttribute('aria-label') ?? '').length > 40);
    const tables = page.querySelectorAll('figure details table');
    assert.equal(tables.length, charts.length);
  });

  it('has figures on its axes, not prefixes that would make another unit of milliseconds', () => {
    const page = read(renderHtml(REPORTS.passed, sampleCurves()), 'text/html');
    const ticks = [...page.querySelectorAll('figure svg text')].map(({ textContent }) => textContent);
    assert.ok(ticks.includes('100'));
    assert.deepEqual(
      ticks.filter((tick) => /^[\d.]+[a-zA-Zµ]$/.test(tick)),
      [],
    );
  });

  it('takes nothing that a run is called or says for markup', () => {
    const report = { ...REPORTS['thresholds-missed'], runName: HOSTILE, description: HOSTILE };
    report.verdictReasons = [HOSTILE];
    report.steps = report.steps.map((step) => ({ ...step, title: HOSTILE, detail: HOSTILE }));
    report.errors = { [HOSTILE]: 3 };
    const page = read(renderHtml(report, null), 'text/html');
    assert.deepEqual([...page.querySelectorAll('script, main img')], []);
    assert.equal(page.querySelectorAll('h1')[0]?.textContent, HOSTILE);
  });

  it('says no more than there is: without timelines it has no curves of claims', () => {
    const html = renderHtml(REPORTS.passed, null);
    assert.doesNotMatch(html, /Claims a second/);
    assert.match(html, /Stages of a claim/);
  });
});

describe('the report for CI systems', () => {
  const cases = (name: keyof typeof REPORTS) => {
    const xml = read(renderJunit(REPORTS[name]), 'text/xml');
    return { all: xml.querySelectorAll('testcase'), failed: xml.querySelectorAll('failure') };
  };

  it('fails the step that failed, and nothing else', () => {
    const { failed } = cases('failed-in-install-agent-sandbox');
    assert.deepEqual(
      [...failed].map(({ textContent }) => textContent.slice(0, 15)),
      ['SandboxWarmPool'],
    );
  });

  it('fails thresholds that were missed, and a teardown that left something', () => {
    assert.equal(cases('thresholds-missed').failed.length, 1);
    assert.match(cases('cleanup-incomplete').failed[0]?.textContent ?? '', /^2 left: process etcd/);
  });

  it('passes a run that passed', () => {
    const { all, failed } = cases('passed');
    assert.equal(failed.length, 0);
    assert.ok(all.length >= 7);
  });

  it('is well-formed whatever a run is called', () => {
    const xml = renderJunit({ ...REPORTS.passed, runName: HOSTILE });
    assert.doesNotMatch(xml, /<(?!\/?(?:testsuites?|testcase|failure|skipped)\b|\?xml )/);
    assert.match(xml, /name="&lt;script&gt;alert\(1\)&lt;\/script&gt;[^"]*&quot;'&amp;]]&gt;"/);
  });
});
