// The people of the journeys: readers in the magazine, editors at the desk, and what each of them does again and again.
// Everything is found by the name that a person would call it by; a page that errs or breaks its own policy fails the test.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { launchBrowser } from './browser.mjs';
import { startDemo } from './demo.mjs';
import { readMails } from './mails.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Locator} Locator */

/** What a phone is to a page: small, touched, coarse. */
export const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };

const PATIENCE_MS = 30_000;

/**
 * Asks until there is an answer.
 *
 * @template T
 * @param {string} what is waited for, for the message
 * @param {() => T | Promise<T>} ask
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, ask) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE_MS} ms in vain for ${what}`);
    await pause(50);
  }
}

/**
 * One demo and one browser for a test file.
 *
 * @param {typeof import('node:test')} runner
 * @param {() => Promise<void>} [prepare] what is to be done before the first test
 */
export function stage({ before, after, afterEach }, prepare) {
  /** @type {{ demo: import('./demo.mjs').Demo, browser: import('playwright-core').Browser }} */
  const on = /** @type {any} */ ({});
  /** @type {string[]} */
  const complaints = [];
  before(async () => {
    [on.demo, on.browser] = await Promise.all([startDemo(), launchBrowser()]);
    await prepare?.();
  });
  after(async () => {
    await on.browser?.close();
    await on.demo?.stop();
  });
  afterEach(async () => {
    for (const context of on.browser?.contexts() ?? []) await context.close();
    assert.deepEqual(complaints.splice(0), []);
  });

  /** @param {import('playwright-core').BrowserContextOptions} options */
  async function somebody(options) {
    const context = await on.browser.newContext({ locale: 'de-DE', viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    context.on('weberror', (fault) => complaints.push(String(fault.error())));
    context.on('console', (message) => {
      if (/content security policy|trusted ?type/i.test(message.text())) complaints.push(message.text());
    });
    return context.newPage();
  }

  return {
    get demo() {
      return on.demo;
    },
    get browser() {
      return on.browser;
    },
    /** Somebody whom nobody knows, on no page yet. @param {import('playwright-core').BrowserContextOptions} [options] */
    somebody: (options = {}) => somebody(options),
    /** A reader in an article. @param {string} slug @param {import('playwright-core').BrowserContextOptions} [options] */
    async reader(slug, options = {}) {
      const page = await somebody(options);
      await page.goto(`${on.demo.magazine}/artikel/${slug}`);
      if (options.javaScriptEnabled !== false) await page.waitForFunction(() => customElements.get('fehler-melden'));
      return page;
    },
    /** An editor, signed in, before the new tickets. @param {import('playwright-core').BrowserContextOptions} [options] */
    async editor(options = {}) {
      const page = await somebody(options);
      await page.goto(on.demo.melder);
      await signIn(page, on.demo);
      return page;
    },
    /** The mails that went out since `earlier` was taken. @param {import('./mails.mjs').Mail[]} [earlier] */
    mails: (earlier = []) => readMails(on.demo.data, earlier),
    /** The one mail that fits, as soon as it has gone out. @param {string} what @param {(mail: import('./mails.mjs').Mail) => boolean} fits */
    mail: (what, fits) => until(what, async () => (await readMails(on.demo.data)).find(fits)),
  };
}

/** In either language. @param {Page} page @param {{ email: string, password: string }} who */
export async function signIn(page, { email, password }) {
  await page.locator('#email').fill(email);
  await page.locator('#password').fill(password);
  await page.locator('form[action="/sign-in"] button[type=submit]').click();
  await page.locator('nav.states').waitFor();
}

/** The control in an article, German. @param {Page} page */
export function control(page) {
  const element = page.locator('fehler-melden');
  const dialog = page.getByRole('dialog');
  return {
    /** What always stands at the article's end. */
    standing: element.locator('.way'),
    /** What comes up at a selection. */
    button: element.locator('.chip'),
    dialog,
    change: dialog.locator('.change'),
    suggestion: dialog.getByLabel('So wäre es richtig'),
    comment: dialog.locator('textarea[name=comment]'),
    words: dialog.getByLabel('Welche Wörter sind falsch?'),
    email: dialog.getByLabel('E-Mail-Adresse für eine Antwort'),
    consent: dialog.getByLabel('darf mir zu diesem Hinweis schreiben'),
    send: dialog.locator('button.send'),
    notice: dialog.locator('form > [role=status]'),
    thanks: dialog.getByRole('heading', { name: 'Danke. Ihr Hinweis ist angekommen.' }),
    reference: dialog.locator('.reference'),
    status: dialog.getByRole('link', { name: 'Stand des Hinweises' }),
    close: dialog.getByRole('button', { name: 'Schließen' }),
  };
}

/**
 * Where words stand on the screen, after the page has moved there if it is to.
 *
 * @param {Page} page
 * @param {string} words
 * @param {{ scroll?: boolean }} [how]
 */
export const whereabouts = (page, words, { scroll = true } = {}) =>
  page.evaluate(
    ([words, scroll]) => {
      const walker = document.createTreeWalker(/** @type {Element} */ (document.querySelector('article')), NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const text = /** @type {Text} */ (walker.currentNode);
        const at = text.data.indexOf(String(words));
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(text, at);
        range.setEnd(text, at + String(words).length);
        if (scroll) text.parentElement?.scrollIntoView({ block: 'center', behavior: 'instant' });
        const { x, y, width, height } = range.getBoundingClientRect();
        return { x, y, width, height };
      }
      throw new Error(`“${words}” does not stand in the article`);
    },
    /** @type {[string, boolean]} */ ([words, scroll]),
  );

/** Marks a word by a double click. @param {Page} page @param {string} word */
export async function markByMouse(page, word) {
  const { x, y, width, height } = await whereabouts(page, word);
  await page.mouse.dblclick(x + width / 2, y + height / 2);
  assert.equal(await page.evaluate(() => String(getSelection()).trim()), word);
}

/** Marks words as a phone's own handles or a caret would: the page learns of the selection alone. @param {Page} page @param {string} words */
export async function mark(page, words) {
  await whereabouts(page, words);
  await page.evaluate((words) => {
    const walker = document.createTreeWalker(/** @type {Element} */ (document.querySelector('article')), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = /** @type {Text} */ (walker.currentNode);
      const at = text.data.indexOf(words);
      if (at >= 0) return getSelection()?.setBaseAndExtent(text, at, text, at + words.length);
    }
    return undefined;
  }, words);
}

/** Goes on with the Tab key until the focus is where it is wanted. @param {Page} page @param {Locator} target */
export async function tabTo(page, target) {
  const seen = [];
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press('Tab');
    if (await hasFocus(target)) return;
    seen.push(await page.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 30) || document.activeElement?.tagName));
  }
  throw new Error(`the Tab key does not lead to ${target}; it came by ${seen.slice(0, 40).join(' · ')}`);
}

/** @param {Locator} target */
export const hasFocus = async (target) =>
  (await target.count()) > 0 &&
  target.first().evaluate((element) => /** @type {Document | ShadowRoot} */ (element.getRootNode()).activeElement === element);

/** A list's row of a ticket. @param {Page} page @param {string} reference */
export const row = (page, reference) => page.getByRole('listitem').filter({ has: page.getByRole('link', { name: reference, exact: true }) });

/** Folds a part of the ticket's page open, if it is not yet. @param {Page} page @param {string | RegExp} name */
export async function unfold(page, name) {
  const fold = page.locator('main details').filter({ has: page.locator('summary').filter({ hasText: name }) });
  const open = await fold.evaluate((element) => /** @type {HTMLDetailsElement} */ (element).open);
  if (!open) await fold.locator('summary').first().click();
  return fold;
}

/** Files a report as a program would, so that a journey can begin later. @param {import('./demo.mjs').Demo} demo @param {object} report */
export async function file(demo, report) {
  const page = await (await fetch(`${demo.magazine}/artikel/acht-jahre-updates`)).text();
  const site = page.match(/<fehler-melden site="([^"]+)"/)?.[1];
  const answer = await fetch(`${demo.melder}/api/v1/reports`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: demo.magazine, 'Idempotency-Key': crypto.randomUUID() },
    body: JSON.stringify({ site, article: { url: `${demo.magazine}/artikel/acht-jahre-updates` }, kind: 'spelling', ...report }),
  });
  const receipt = await answer.json();
  assert.equal(answer.status, 201, JSON.stringify(receipt));
  return /** @type {{ id: string, ticket: string, status_url: string }} */ (receipt);
}
