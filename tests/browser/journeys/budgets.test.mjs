// What the pages cost, as the real server sends them.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { get } from 'node:http';
import { control, mark, stage } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);

/** Bytes as they come over the wire. @param {string} url @param {string} coding @returns {Promise<{ bytes: Buffer, coding?: string }>} */
const fetched = (url, coding) =>
  new Promise((resolve, reject) => {
    get(url, { headers: { 'Accept-Encoding': coding } }, async (response) => {
      const bytes = Buffer.concat(await response.toArray());
      if (response.statusCode !== 200) return reject(new Error(`${response.statusCode} ${url}`));
      return resolve({ bytes, coding: response.headers['content-encoding'] });
    }).once('error', reject);
  });

/** All modules that a reader's browser fetches for one language. @param {string} language */
async function modules(language) {
  const { melder } = at.demo;
  const other = language === 'de' ? 'en' : 'de';
  const found = new Set([`${melder}/embed.js`]);
  for (const url of found) {
    const text = await (await fetch(url)).text();
    for (const [, name] of text.matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)) {
      if (!name.includes(`/${other}.`)) found.add(new URL(name, url).href);
    }
  }
  return [...found];
}

test('the loader is at most 2,000 bytes gzipped, and smaller in brotli', async () => {
  const zipped = await fetched(`${at.demo.melder}/embed.js`, 'gzip');
  assert.equal(zipped.coding, 'gzip');
  assert.ok(zipped.bytes.length <= 2000, `${zipped.bytes.length}`);
  const brotli = await fetched(`${at.demo.melder}/embed.js`, 'gzip, br');
  assert.equal(brotli.coding, 'br');
  assert.ok(brotli.bytes.length < zipped.bytes.length, `${brotli.bytes.length}`);
});

for (const language of ['de', 'en']) {
  test(`the rest is at most 10 KB in brotli (${language})`, async () => {
    const [, ...rest] = await modules(language);
    assert.ok(rest.length >= 3 && rest.every((url) => /\.[0-9a-f]{12}\.js$/.test(url)), rest.join());
    const sizes = await Promise.all(rest.map(async (url) => (await fetched(url, 'br')).bytes.length));
    const sum = sizes.reduce((a, b) => a + b);
    assert.ok(sum <= 10_000, `${sum}: ${sizes}`);
  });
}

test('before the reader acts, one request of ours; in all, nothing of others, no cookie, nothing kept, no shift of the page', async () => {
  const page = await at.somebody();
  const { melder, magazine } = at.demo;
  /** @type {string[]} */
  const asked = [];
  /** @type {string[]} */
  const cookies = [];
  page.context().on('request', (request) => asked.push(request.url()));
  page.context().on('response', async (response) => {
    if ('set-cookie' in response.headers()) cookies.push(response.url());
  });
  await page.addInitScript(() => {
    /** @type {any} */ (window).shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of /** @type {any[]} */ (list.getEntries())) {
        // As the measure is defined: what follows at once on the reader's own press is no shift.
        if (!entry.hadRecentInput) /** @type {any} */ (window).shift += entry.value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(`${magazine}/artikel/acht-jahre-updates`, { waitUntil: 'networkidle' });
  await page.waitForFunction(() => customElements.get('fehler-melden'));
  assert.deepEqual(asked.filter((url) => url.startsWith(melder)), [`${melder}/embed.js`]);
  // The control itself must not move anything; that is seen where it stands.
  await page.locator('fehler-melden').scrollIntoViewIfNeeded();
  await mark(page, 'instalieren');
  const { button, suggestion, send, thanks, status, close } = control(page);
  await button.click();
  await suggestion.fill('installieren');
  await send.click();
  await thanks.waitFor();
  const statusUrl = /** @type {string} */ (await status.getAttribute('href'));
  await close.click();
  assert.equal(await page.evaluate(() => /** @type {any} */ (window).shift), 0);
  assert.deepEqual(await page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage)]), [[], []]);

  await page.goto(statusUrl);
  await page.goto(`${melder}/melden?${new URLSearchParams({ site: await siteKey(), url: `${magazine}/artikel/acht-jahre-updates` })}`);
  assert.deepEqual(asked.filter((url) => ![melder, magazine].includes(new URL(url).origin)), []);
  assert.deepEqual(await page.context().cookies(), []);
  assert.deepEqual(cookies, []);
});

const siteKey = async () =>
  /** @type {string} */ ((await (await fetch(`${at.demo.magazine}/artikel/acht-jahre-updates`)).text()).match(/site="([^"]+)"/)?.[1]);

test('a page of the desk is at most 60 kB compressed, in at most 8 requests', async () => {
  for (const path of ['/?state=new', '/', '/tickets']) {
    const page = await at.editor();
    const target = path === '/tickets' ? /** @type {string} */ (await page.locator('.row h2 a').first().getAttribute('href')) : path;
    const wire = await page.context().newCDPSession(page);
    await wire.send('Network.enable');
    await wire.send('Network.setCacheDisabled', { cacheDisabled: true });
    let bytes = 0;
    /** @type {string[]} */
    const asked = [];
    wire.on('Network.requestWillBeSent', ({ request }) => request.url.startsWith('data:') || asked.push(request.url));
    wire.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
    await page.goto(at.demo.melder + target, { waitUntil: 'networkidle' });
    assert.ok(asked.length > 1 && asked.length <= 8, `${target}: ${asked.join('\n')}`);
    assert.ok(bytes > 1000 && bytes <= 60_000, `${target}: ${bytes} bytes`);
    assert.deepEqual(asked.filter((url) => new URL(url).origin !== at.demo.melder), []);
  }
});
