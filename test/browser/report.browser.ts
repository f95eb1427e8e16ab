import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { renderHtml } from '../../src/report/html/page.ts';
import { sampleCurves } from '../report/html/sample-claims.ts';
import { REPORTS } from '../report/sample-reports.ts';

/** `npm run test:browser`: report.html in a real browser. Pictures stay where SANDTIDE_SCREENSHOTS says. */
interface AxeResult {
  violations: { id: string; nodes: { html: string }[] }[];
}

function browserPath(): string {
  const named = process.env['SANDTIDE_BROWSER'];
  if (named !== undefined) return named;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of ['chromium', 'google-chrome', 'chromium-browser']) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
  }
  throw new Error('there is no Chromium on PATH: install one, or name it by SANDTIDE_BROWSER');
}

let browser: Browser;
let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sandtide-browser-'));
  for (const [name, report] of Object.entries(REPORTS))
    writeFileSync(
      join(folder, `${name}.html`),
      renderHtml(report, report.claims === null ? null : sampleCurves()),
    );
  // As root Chromium has no sandbox of its own; the pages are ours.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  browser = await chromium.launch({ executablePath: browserPath(), args });
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a report and gives it to `look`; anything that the browser complains about, or fetches, fails. */
async function open(
  name: string,
  view: { colorScheme: 'light' | 'dark'; width: number; bypassCSP?: boolean },
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const { colorScheme, width, bypassCSP = false } = view;
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) complaints.push(`asks for ${request.url()}`);
  });
  await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
  await look(page);
  assert.deepEqual(complaints, []);
  await context.close();
}

describe('report.html in a browser', () => {
  for (const name of Object.keys(REPORTS)) {
    it(`of a run that ended as ${name} shows without a complaint, on a desk and on a phone`, async () => {
      for (const width of [1200, 360]) {
        await open(name, { colorScheme: 'light', width }, async (page) => {
          const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
          assert.ok(Number(beyond) <= 0, `wider than ${width} px by ${String(beyond)}`);
        });
      }
    });
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`breaks no rule of accessibility on a ${colorScheme} ground`, async () => {
      await open('passed', { colorScheme, width: 1200, bypassCSP: true }, async (page) => {
        await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))");
        await page.addScriptTag({ content: axe.source });
        const { violations } = await page.evaluate<AxeResult>('axe.run()');
        assert.deepEqual(
          violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 100)).join(' ')}`,
          ),
          [],
        );
      });
    });
  }

  it('is there as pictures to be looked at, where somebody asked for them', async () => {
    const pictures = process.env['SANDTIDE_SCREENSHOTS'] ?? join(folder, 'pictures');
    mkdirSync(pictures, { recursive: true });
    for (const [name, colorScheme, width] of [
      ['passed', 'light', 1000],
      ['passed', 'dark', 1000],
      ['passed', 'light', 390],
      ['failed-in-install-agent-sandbox', 'light', 1000],
    ] as const) {
      const path = join(pictures, `${name}-${colorScheme}-${width}.png`);
      await open(name, { colorScheme, width }, async (page) => {
        await page.screenshot({ path, fullPage: true });
      });
      assert.ok(existsSync(path));
    }
  });
});
