// Chromium as the tests use it, and the few acts every journey needs.
import { chromium } from 'playwright-core';
import { start } from './host.mjs';

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  });

export { start };

/**
 * Selects words in the page as a reader would, first occurrence inside `within`.
 * @param {import('playwright-core').Page} page
 * @param {string} words
 * @param {string} [within]
 */
export const select = (page, words, within = 'article') =>
  page.evaluate(
    ([words, within]) => {
      const range = document.createRange();
      const walker = document.createTreeWalker(/** @type {Node} */ (document.querySelector(within)), NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const node = /** @type {Text} */ (walker.currentNode);
        const at = node.data.indexOf(words);
        if (at < 0) continue;
        range.setStart(node, at);
        range.setEnd(node, at + words.length);
        const selection = /** @type {Selection} */ (getSelection());
        selection.removeAllRanges();
        selection.addRange(range);
        return;
      }
      throw new Error(`no ${words}`);
    },
    [words, within],
  );

/**
 * One browser and one pair of stand-ins for a test file, forgotten posts before each test.
 * @param {import('node:test')} runner
 */
export function stage({ before, after, beforeEach, afterEach }) {
  /** @type {{ browser: import('playwright-core').Browser, host: Awaited<ReturnType<typeof start>>, complaints: string[] }} */
  const on = /** @type {any} */ ({ complaints: [] });
  before(async () => {
    on.browser = await launch();
    on.host = await start();
  });
  after(async () => {
    await on.browser?.close();
    on.host?.stop();
  });
  beforeEach(() => {
    const { posts, requests, answers } = on.host;
    posts.length = requests.length = answers.length = on.complaints.length = 0;
  });
  afterEach(async () => {
    for (const context of on.browser.contexts()) await context.close();
  });
  return {
    get host() {
      return on.host;
    },
    /** What the pages complained of: errors, and everything the policy refused. */
    complaints: on.complaints,
    /** @param {string} [path] @param {import('playwright-core').BrowserContextOptions} [options] */
    async open(path = '/', options = {}) {
      const page = await (await on.browser.newContext({ locale: 'de-DE', ...options })).newPage();
      page.setDefaultTimeout(6000);
      page.on('pageerror', (error) => on.complaints.push(String(error)));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) on.complaints.push(message.text());
      });
      await page.goto(on.host.url(path));
      await page.waitForFunction(() => customElements.get('fehler-melden'));
      return page;
    },
  };
}

export const phone = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };

/** The standing button, the selection button and the dialog with its fields. @param {import('playwright-core').Page} page */
export function control(page) {
  const element = page.locator('fehler-melden');
  const dialog = element.locator('dialog');
  return {
    way: element.locator('.way'),
    chip: element.locator('.chip'),
    dialog,
    /** @param {string} name */
    field: (name) => dialog.locator(`[name=${name}]`),
    /** @param {string} value */
    kind: (value) => dialog.locator(`[name=kind][value=${value}]`),
    error: (/** @type {string} */ name) => dialog.locator(`[id=${name}-error]`),
    send: dialog.locator('button.send'),
    note: dialog.locator('form > [role=status]'),
    reference: dialog.locator('.reference'),
    close: dialog.locator('.close'),
  };
}

/** Marks words and opens the dialog on them. @param {import('playwright-core').Page} page @param {string} words */
export async function mark(page, words) {
  const at = control(page);
  // A dialog that goes puts the selection back that it was about; nobody marks the next words as fast as a test.
  await at.dialog.waitFor({ state: 'detached' });
  await select(page, words);
  await at.chip.click();
  await at.field('suggestion').waitFor();
  return at;
}
