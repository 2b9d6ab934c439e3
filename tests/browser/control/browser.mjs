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
