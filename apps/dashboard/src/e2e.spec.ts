import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

import { built } from './e2e/built.js';
import { findChromium } from './e2e/find-chromium.js';
import { recordFiles } from './e2e/record.js';
import { startService, type Service } from './e2e/service.js';

const executablePath = findChromium();
if (!executablePath)
  console.log('Skipped: the page in a browser, since no Chromium was found (CARDIO_CHROMIUM names one).');
const inBrowser = executablePath ? describe : describe.skip;
const token = 'e2e-0123456789abcdef';

jest.setTimeout(90_000);

test('the first load is less than 300 kB of script', () => {
  const dist = built();
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const scripts = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path);
  expect(scripts.length).toBeGreaterThan(0);
  expect(scripts.reduce((bytes, path) => bytes + statSync(join(dist, path)).size, 0)).toBeLessThan(300_000);
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/); // none inline
});

inBrowser('the page in Chromium against the service', () => {
  let service: Service;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    built();
    service = await startService(token);
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
    context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-GB' });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('console', (message) => {
      // a refused request is told of by the browser itself; refusals are part of these tests
      const refused = /Failed to load resource: .* (400|401)\b/.test(message.text());
      if (message.type() === 'error' && !refused) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });
  afterEach(() => {
    expect(complaints.splice(0)).toEqual([]);
  });

  /** Fills the form for the smallest training there is, and starts it. */
  async function start(epochs: string, runId: string): Promise<void> {
    await page.goto(`${service.address}/#/jobs/new?dataset=synthetic&model=se_resnet1d`);
    const field = (label: string) => page.getByLabel(label, { exact: true });
    await field('Preset').selectOption('tiny');
    await field('Records').fill('24');
    await field('Seconds').fill('2');
    await field('Epochs').fill(epochs);
    await field('Engine').selectOption('cpu');
    await field('Name of the run').fill(runId);
    await page.getByRole('button', { name: 'Start training' }).click();
  }

  test('a token is asked for, and a wrong one is refused', async () => {
    await page.goto(service.address);
    await page.getByLabel('Token', { exact: true }).fill('not-this-one-0123456789');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('did not accept').waitFor();
    await page.getByLabel('Token', { exact: true }).fill(token);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('No job yet.').waitFor();
  });

  test('what the service finds wrong is said at its field', async () => {
    await start('-1', 'wrong');
    const epochs = page.getByLabel('Epochs', { exact: true });
    await page.locator('.field', { has: epochs }).locator('.wrong').waitFor();
    expect(await epochs.getAttribute('aria-invalid')).toBe('true');
  });

  test('a job is started, watched until it is completed, and its report is opened', async () => {
    await start('2', 'first');
    await page.getByRole('heading', { name: /se_resnet1d/ }).waitFor();
    await page.locator('.state.completed').waitFor({ timeout: 60_000 });
    await page.locator('.curves canvas').first().waitFor();
    expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('100');
    await page.getByRole('button', { name: 'Open the report' }).click();
    const report = page.frameLocator('iframe.report');
    await report.getByRole('heading', { level: 1 }).waitFor({ timeout: 60_000 });
    expect(await report.locator('body').innerText()).toMatch(/se_resnet1d/);
    await page.getByRole('link', { name: 'Open the run' }).click();
    await page.getByRole('heading', { name: 'first' }).waitFor();
    await page.getByRole('heading', { name: 'Evaluation' }).waitFor();
    await page.locator('iframe.report').waitFor();
  });

  test('a record is dropped, drawn on paper, and predicted', async () => {
    await page.goto(`${service.address}/#/ecg?run=first`);
    const files = recordFiles('dropped', 12, 500);
    const transfer = await page.evaluateHandle(
      (given) => {
        const data = new DataTransfer();
        for (const { name, bytes } of given) {
          data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name));
        }
        return data;
      },
      files.map(({ name, buffer }) => ({ name, bytes: buffer.toString('base64') })),
    );
    await page.locator('.drop').dispatchEvent('drop', { dataTransfer: transfer });
    await page.getByRole('img', { name: /Electrocardiogram dropped, 12 leads, 0:12/ }).waitFor();
    // the paper is not blank: traces, grid and letters are of many colours
    const colours = await page.locator('.paper canvas').evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      const seen = new Set<number>();
      for (let i = 0; i < data.length; i += 4) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
      return seen.size;
    });
    expect(colours).toBeGreaterThan(50);
    await page.getByRole('button', { name: 'Stacked' }).click();
    await page.getByLabel('with saliency').check();
    await page.getByRole('button', { name: 'Predict' }).click();
    await page.locator('.probability').first().waitFor();
    await page.getByText('Red spoke for the class').waitFor();
  });

  test('another job is cancelled', async () => {
    await start('500', 'second');
    await page.locator('.state.running').waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Cancel job' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel job' }).click();
    await page.locator('.state.cancelled').waitFor({ timeout: 30_000 });
  });

  test('two runs are compared', async () => {
    await page.goto(`${service.address}/#/runs`);
    await page.getByLabel('Select first').check();
    await page.getByLabel('Select second').check();
    await page.getByRole('button', { name: 'Compare 2 runs' }).click();
    await page.locator('.curves canvas').first().waitFor();
    await page.getByText('training.epochs').waitFor();
  });

  test('datasets and system are shown', async () => {
    await page.goto(`${service.address}/#/datasets/mitbih`);
    await page.getByText('ODC-By 1.0').waitFor();
    await page.goto(`${service.address}/#/system`);
    await page.getByRole('heading', { name: 'Memory' }).waitFor();
  });

  test('language and look are remembered', async () => {
    await page.getByLabel('Language').selectOption('pt-BR');
    await page.getByLabel('Aparência').selectOption('dark');
    await page.reload();
    await page.getByRole('heading', { name: 'Sistema' }).waitFor();
    expect(
      await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset['theme']]),
    ).toEqual(['pt-BR', 'dark']);
  });

  test('half an hour of two leads scrolls', async () => {
    await page.goto(`${service.address}/#/ecg`);
    await page
      .locator('input[type=file]')
      .setInputFiles(recordFiles('long', 60, 360, { leads: ['II', 'V1'], times: 30 }));
    await page.locator('.paper canvas').waitFor();
    const frames = await page.evaluate(scrollFor, 2000);
    frames.sort((a, b) => a - b);
    const median = frames[frames.length >> 1];
    if (process.env['CARDIO_TEST_LONG']) {
      console.log(
        `frames: median ${median.toFixed(1)} ms, 95 % within ${frames[Math.floor(0.95 * frames.length)].toFixed(1)} ms`,
      );
    }
    expect(median).toBeLessThan(34); // 16.7 ms where the machine has nothing else to do
  });
});

/** Scrolls the paper by 200 pixels a frame and gives the time between frames, in ms. Runs in the page. */
const scrollFor = (milliseconds: number): Promise<number[]> =>
  new Promise((resolve) => {
    const paper = document.querySelector('.paper');
    const times: number[] = [];
    let last = performance.now();
    const end = last + milliseconds;
    const step = (): void => {
      const now = performance.now();
      times.push(now - last);
      last = now;
      if (paper) paper.scrollLeft += 200;
      if (now < end) requestAnimationFrame(step);
      else resolve(times.slice(1));
    };
    requestAnimationFrame(step);
  });
