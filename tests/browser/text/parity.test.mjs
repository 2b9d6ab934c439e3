// The rule in docs/article-text.md, kept by both sides: every page of the corpus and many random ones are parsed by
// Chromium and read by the control's module, parsed and read by the server, and must come out equal to the letter.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { readFile, readdir } from 'node:fs/promises';
import { launchBrowser } from '../support/browser.mjs';
import { documents } from './documents.mjs';

const ROOT = new URL('../../../', import.meta.url);
const CORPUS = new URL('tests/article-text/', ROOT);
const RANDOM = Number(process.env.PARITY_DOCUMENTS ?? 600);
const SEED = Number(process.env.PARITY_SEED ?? 1);

/** @typedef {{ id: string, bytes: Uint8Array, selector: string | null }} Sample */

/** @type {Map<string, Sample>} */
const samples = new Map();
/** @type {Map<string, string>} */
let serverTexts;
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('node:http').Server} */
let host;

/** As a browser and the server decode it: lossily, a mark at the start left to the parser. @param {Uint8Array} bytes */
const decode = (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

/** @returns {Promise<Map<string, string>>} */
const readByServer = () =>
  new Promise((resolve, reject) => {
    const program = spawn('cargo', ['run', '--quiet', '--example', 'article_text'], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    program.stdout.setEncoding('utf8').on('data', (data) => (output += data));
    program.on('error', reject).on('close', (status) => {
      if (status) return reject(new Error(`article_text ended with ${status}`));
      const answers = output.split('\n').filter(Boolean).map((line) => JSON.parse(line));
      resolve(new Map(answers.map(({ id, text, error }) => [id, text ?? `error: ${error}`])));
    });
    for (const { id, bytes, selector } of samples.values()) {
      program.stdin.write(JSON.stringify({ id, html: decode(bytes), selector }) + '\n');
    }
    program.stdin.end();
  });

/** @param {import('playwright-core').Page} page @param {Sample} sample @returns {Promise<string>} */
const readByControl = async (page, { id, selector }) => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (host.address());
  await page.goto(`http://127.0.0.1:${port}/${id}.html`, { waitUntil: 'domcontentloaded' });
  return page.evaluate(async (selector) => {
    const { roots, articleText } = await import(/** @type {any} */ ('/embed/text.js'));
    const own = [...document.querySelectorAll('fehler-melden[article]')].find((control) => control.getAttribute('article'));
    const control = document.createElement('fehler-melden');
    if (selector) control.setAttribute('article', selector);
    return articleText(roots(own ?? control)).text;
  }, selector);
};

before(async () => {
  for (const name of (await readdir(CORPUS)).filter((name) => name.endsWith('.html')).sort()) {
    const id = name.slice(0, -'.html'.length);
    samples.set(id, { id, bytes: await readFile(new URL(name, CORPUS)), selector: null });
  }
  for (const { id, html, selector } of documents(SEED, RANDOM)) {
    samples.set(id, { id, bytes: new TextEncoder().encode(html), selector });
  }
  host = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://host').pathname;
    if (path.startsWith('/embed/') && path.endsWith('.js')) {
      const module = await readFile(new URL(`src/web/assets${path}`, ROOT));
      return response.writeHead(200, { 'Content-Type': 'text/javascript', 'Cache-Control': 'max-age=3600' }).end(module);
    }
    const sample = samples.get(decodeURIComponent(path.slice(1, -'.html'.length)));
    if (!sample) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(sample.bytes);
  });
  await new Promise((resolve) => host.listen(0, '127.0.0.1', () => resolve(undefined)));
  [serverTexts, browser] = await Promise.all([readByServer(), launchBrowser()]);
});

after(async () => {
  await browser?.close();
  host?.close();
});

/** What differs, read by a few tabs at once. @param {Sample[]} some */
const compare = async (some) => {
  const waiting = [...some];
  /** @type {object[]} */
  const different = [];
  const tab = async () => {
    const page = await browser.newPage();
    for (let sample = waiting.shift(); sample; sample = waiting.shift()) {
      const control = await readByControl(page, sample);
      const server = serverTexts.get(sample.id);
      if (control !== server) different.push({ id: sample.id, html: decode(sample.bytes), control, server });
    }
    await page.close();
  };
  await Promise.all(Array.from({ length: 4 }, tab));
  return different;
};

test('control and server read the same text from every page of the corpus', async () => {
  const corpus = [...samples.values()].filter(({ id }) => !id.startsWith('random-'));
  assert.ok(corpus.length >= 30);
  assert.deepEqual(await compare(corpus), []);
});

test('control and server read the same text from random pages', async () => {
  const random = [...samples.values()].filter(({ id }) => id.startsWith('random-'));
  assert.equal(random.length, RANDOM);
  const texts = random.map(({ id }) => serverTexts.get(id) ?? '');
  assert.ok(texts.filter((text) => text.length > 20).length > RANDOM / 2, 'too many random pages hold no text');
  const different = await compare(random);
  assert.deepEqual(different.slice(0, 5), [], `${different.length} differ`);
});
