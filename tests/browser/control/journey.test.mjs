import { after, before, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { launch, select, start } from './browser.mjs';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let host;
before(async () => {
  browser = await launch();
  host = await start();
});
after(async () => {
  await browser.close();
  host.stop();
});
beforeEach(() => {
  host.posts.length = host.requests.length = host.answers.length = 0;
});

test('a marked passage travels to the server and comes back as a reference', async () => {
  const page = await browser.newPage();
  await page.goto(host.url());
  await select(page, 'Herstler');
  await page.locator('fehler-melden').locator('.chip').click();
  const dialog = page.getByRole('dialog', { name: 'Fehler melden' });
  await dialog.getByLabel('So wäre es richtig').fill('Hersteller');
  await dialog.getByRole('button', { name: 'Hinweis senden' }).click();
  await page.getByText('FM-1042').waitFor();
  assert.equal(host.posts.length, 1);
  assert.equal(host.posts[0].body.suggestion, 'Hersteller');
  await page.close();
});
