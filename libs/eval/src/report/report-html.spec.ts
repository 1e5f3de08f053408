import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parseHTML } from 'linkedom';
import { chromium, type Browser, type Page } from 'playwright-core';

import { reportLanguages } from './language.js';
import { reportHtml } from './report-html.js';
import { findChromium } from '../testing/find-chromium.js';
import { reportData } from '../testing/report-data.js';

jest.setTimeout(60_000);

describe('the report', () => {
  const page = reportHtml(reportData());
  const { document } = parseHTML(page);

  test('escapes every text: none of it becomes markup', () => {
    expect(document.querySelectorAll('script, img, b, minds')).toHaveLength(0);
    const text = document.body.textContent ?? '';
    for (const part of ['<script>alert("citation")</script>', '<img src=x onerror=alert(1)>', '<b>B</b>', '<minds>'])
      expect(text).toContain(part);
  });

  test('allows nothing to be loaded or run, and refers to nothing outside', () => {
    const policy = document.querySelector('meta[http-equiv=Content-Security-Policy]')?.getAttribute('content') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('script-src');
    expect(document.querySelectorAll('[src], link, iframe, object')).toHaveLength(0);
    expect([...document.querySelectorAll('a')].every((a) => a.getAttribute('href')?.startsWith('#'))).toBe(true);
  });

  test('has headings in order, and tables with captions and scopes', () => {
    const levels = [...document.querySelectorAll('h1, h2, h3')].map(({ tagName }) => Number(tagName[1]));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, i) => i === 0 || level - levels[i - 1] <= 1)).toBe(true);
    for (const table of document.querySelectorAll('table')) {
      expect(table.querySelector('caption')?.textContent?.trim()).not.toBe('');
      for (const head of table.querySelectorAll('th')) expect(head.getAttribute('scope')).toMatch(/col|row/);
    }
    for (const a of document.querySelectorAll('nav a'))
      expect(document.querySelector(a.getAttribute('href') ?? '')).not.toBeNull();
  });

  test('keeps the lines of commands', () => {
    expect(document.querySelector('pre')?.textContent).toBe("git checkout abc\nnpx cardio train --run-id 'a b'");
  });

  test('marks classes with few positives and says what is undefined', () => {
    const rows = [...document.querySelectorAll('#scores ~ * tr, section[aria-labelledby=scores] tr')].map(
      ({ textContent }) => (textContent ?? '').replace(/\s+/g, ' '),
    );
    expect(rows.some((row) => row.includes('<b>B</b> †') && row.includes('undefined'))).toBe(true);
    expect(rows.some((row) => row.includes('A') && row.includes('†') && !row.includes('B'))).toBe(false);
    expect(rows.some((row) => row.includes('ownScore') && row.includes('undefined'))).toBe(true);
  });

  test('a patient in two splits is in the verdict', () => {
    const leaking = parseHTML(reportHtml({ ...reportData(), sharedPatients: ['201+202'] })).document;
    expect(leaking.querySelector('.verdict')?.textContent).toContain('1 patient');
    expect(leaking.body.textContent).toContain('In two splits: 201+202.');
    expect(document.querySelector('.verdict')?.textContent).toContain('No patient of the test');
  });

  test('writes numbers as the language has them', () => {
    expect(document.body.textContent).toContain('0.877 (0.810 to 0.931)');
    expect(document.body.textContent).toContain('1,234,567 parameters');
    const portuguese = parseHTML(reportHtml(reportData(), { lang: 'pt-BR' })).document;
    expect(portuguese.documentElement.getAttribute('lang')).toBe('pt-BR');
    expect(portuguese.body.textContent).toContain('0,877 (0,810 a 0,931)');
    expect(portuguese.body.textContent).toContain('1.234.567 parâmetros');
    expect(portuguese.body.textContent).toContain('feminino');
  });
});

const executablePath = findChromium();
if (!executablePath)
  console.warn('Skipped: the report in a browser needs Chromium on the PATH, or its path in CARDIO_CHROMIUM.');

(executablePath ? describe.each(reportLanguages) : describe.skip.each(reportLanguages))('in Chromium, %s', (lang) => {
  const folder = mkdtempSync(join(tmpdir(), 'cardio-report-'));
  const file = pathToFileURL(join(folder, 'report.html')).href;
  const messages: string[] = [];
  const requests: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    writeFileSync(join(folder, 'report.html'), reportHtml(reportData(), { lang }));
    browser = await chromium.launch({ executablePath: executablePath ?? '' });
    page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    page.on('console', (message) => messages.push(message.text()));
    page.on('pageerror', (error) => messages.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(file);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  test('it opens from a file with no message and no other request', () => {
    expect(messages).toEqual([]);
    expect(requests).toEqual([file]);
  });

  test.each([390, 1200])('nothing is wider than a screen of %d px', async (width) => {
    await page.setViewportSize({ width, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  test('its headings are in the language, and its figures are seen', async () => {
    const heading = { en: 'How to reproduce it', 'pt-BR': 'Como reproduzir' }[lang];
    expect(await page.getByRole('heading', { name: heading }).count()).toBe(1);
    expect(await page.getByRole('heading', { level: 2 }).count()).toBeGreaterThanOrEqual(8);
    const box = await page.locator('.sheet svg').first().boundingBox();
    expect(box?.width).toBeGreaterThan(300);
    expect(box?.height).toBeGreaterThan(100);
  });

  test('in print nothing scrolls and no table is wider than the page', async () => {
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 690, height: 1000 }); // A4 within its margins
    const widest =
      'Math.max(...[...document.querySelectorAll("table, svg")].map((e) => e.getBoundingClientRect().right))';
    expect(await page.evaluate(widest)).toBeLessThanOrEqual(690);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.emulateMedia({ media: 'screen' });
  });
});
