// Makes the README's pictures anew, from the demo: ./tests/run --screenshots. Tests nothing, but fails on a picture that
// is too heavy.

import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from './support/browser.mjs';
import { startDemo } from './support/demo.mjs';
import { PHONE, control, mark, markByMouse, signIn, until } from './support/people.mjs';
import { readMails } from './support/mails.mjs';

const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const HEAVIEST = 120 * 1024;

await mkdir(FOLDER, { recursive: true });
const demo = await startDemo();
const browser = await launchBrowser();
try {
  await reader();
  await phone();
  await editor();
} finally {
  await browser.close();
  await demo.stop();
}

/** @param {import('playwright-core').BrowserContextOptions} [options] */
async function open(options) {
  const context = await browser.newContext({
    locale: 'de-DE',
    timezoneId: 'Europe/Berlin',
    viewport: { width: 1000, height: 620 },
    reducedMotion: 'reduce',
    ...options,
  });
  return context.newPage();
}

/** @param {import('playwright-core').Page} page @param {string} name @param {import('playwright-core').PageScreenshotOptions} [options] */
async function picture(page, name, options) {
  const path = join(FOLDER, `${name}.png`);
  await page.screenshot({ path, scale: 'css', caret: 'hide', ...options });
  const { size } = await stat(path);
  console.log(`${name}.png  ${(size / 1024).toFixed(0)} KiB`);
  if (size > HEAVIEST) throw new Error(`${path} weighs ${size} bytes, more than ${HEAVIEST}`);
}

/** @param {import('playwright-core').Page} page @param {string} slug */
async function read(page, slug) {
  await page.goto(`${demo.magazine}/artikel/${slug}`);
  await page.waitForFunction(() => customElements.get('fehler-melden'));
}

async function reader() {
  const page = await open({ viewport: { width: 860, height: 560 } });
  await read(page, 'neun-ladestopps');
  const at = control(page);
  await markByMouse(page, 'seperat');
  await at.button.waitFor();
  await picture(page, 'article');
  await at.button.click();
  await at.suggestion.fill('separat');
  await picture(page, 'dialog');
  await at.send.click();
  await at.thanks.waitFor();
  await picture(page, 'thanks');
}

async function phone() {
  const page = await open(PHONE);
  await read(page, 'acht-jahre-updates');
  const at = control(page);
  await mark(page, 'instalieren');
  await at.button.tap();
  await at.suggestion.fill('installieren');
  await picture(page, 'phone');
}

async function editor() {
  const page = await open();
  await page.goto(demo.melder);
  await signIn(page, demo);
  // The demo's own panel is no part of the product.
  await page.getByRole('button', { name: '14 melden denselben Fehler' }).click();
  const reference = /** @type {string} */ ((await page.locator('main > .message').innerText()).match(/FM-\d+/)?.[0]);
  await page.addInitScript(() => addEventListener('DOMContentLoaded', () => document.querySelector('.demo')?.remove()));
  await page.goto(`${demo.melder}/`);
  await picture(page, 'inbox');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'inbox-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${demo.melder}/tickets/${reference}`);
  await picture(page, 'ticket');

  const alert = await until('the alert', async () => (await readMails(demo.data)).find(({ subject }) => subject.includes(`[${reference}]`)));
  const mail = await open({ viewport: { width: 700, height: 560 } });
  await mail.goto(`${demo.melder}/demo/mailbox/${alert.id}/html`);
  await picture(mail, 'mail');
}
