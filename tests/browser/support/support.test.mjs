// The tools the browser tests stand on do what they say: a check that cannot fail would prove nothing.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertNoViolations } from './axe.mjs';
import { launchBrowser } from './browser.mjs';

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

async function pageWith(body) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.setContent(`<!doctype html><html lang="de"><title>Probe</title><main>${body}</main></html>`);
  return page;
}

test('a clean page passes', async () => {
  const page = await pageWith('<h1>Marktgeschehen</h1><p>Ein Satz.</p>');
  await assertNoViolations(page);
});

test('a picture without a text is found, and named', async () => {
  const page = await pageWith('<h1>Marktgeschehen</h1><img id="chart" src="data:,">');
  await assert.rejects(assertNoViolations(page, { state: 'probe' }), /axe-core on probe:[\s\S]*image-alt[\s\S]*#chart/);
});

test('a fault inside a shadow root is found', async () => {
  const page = await pageWith('<h1>Marktgeschehen</h1><div id="host"></div>');
  await page.evaluate(() => {
    document.querySelector('#host').attachShadow({ mode: 'open' }).innerHTML = '<input id="nameless">';
  });
  await assert.rejects(assertNoViolations(page), /label[\s\S]*#host » #nameless/);
});
