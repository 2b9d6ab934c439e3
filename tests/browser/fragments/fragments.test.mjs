// Links to passages, opened in Chromium: what it marks is the passage, and it scrolls there. And the finder that the
// server reckons with finds what Chromium finds.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { marker } from './marks.mjs';
import { WRITTEN, made, random } from './pages.mjs';

const ROOT = new URL('../../../', import.meta.url);
const MADE = Number(process.env.FRAGMENT_PAGES ?? 12);
const SEED = Number(process.env.FRAGMENT_SEED ?? 1);
/** Directives that one address carries; each is searched by itself. */
const TOGETHER = 6;

/** @typedef {{ id: string, text: string, page: string, place?: [number, number], directive?: string | null, found?: [number, number] | null, error?: string }} Answer */

/** @type {Awaited<ReturnType<typeof marker>>} */
let chromium;
/** @type {Map<string, string>} */
const pages = new Map();
/** @type {Map<string, Answer>} */
let texts;

/** What the server says to each question. @param {object[]} questions @returns {Promise<Answer[]>} */
const ask = (questions) =>
  new Promise((resolve, reject) => {
    const program = spawn('cargo', ['run', '--quiet', '--locked', '--example', 'text_fragment'], { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    program.stdout.setEncoding('utf8').on('data', (data) => (output += data));
    program.on('error', reject).on('close', (status) => {
      if (status) return reject(new Error(`text_fragment ended with ${status}`));
      return resolve(output.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line)));
    });
    program.stdin.end(questions.map((question) => JSON.stringify(question)).join('\n'));
  });

/** What can be seen of a text: no spaces, nothing without width. @param {string} text */
const seen = (text) => text.replace(/[\s\p{Cf}\p{Cc}\p{M}\uFFFC\uFE0F]/gu, '');

/** Passages of a text: words, stretches, half words; as code points. @param {string} text @param {number} seed @param {number} count */
function passages(text, seed, count) {
  const next = random(seed);
  const points = [...text];
  const isWord = (/** @type {string | undefined} */ c) => c !== undefined && /[\p{L}\p{N}]/u.test(c);
  const starts = points.flatMap((c, at) => (isWord(c) && !isWord(points[at - 1]) ? [at] : []));
  /** @type {[number, number][]} */
  const list = [];
  for (let n = 0; n < count && starts.length; n += 1) {
    const first = Math.floor(next() * starts.length);
    const words = next() < 0.6 ? 1 : 1 + Math.floor(next() * 9);
    const last = Math.min(starts.length - 1, first + words - 1);
    let start = starts[first];
    let end = starts[last];
    while (isWord(points[end])) end += 1;
    if (next() < 0.1 && end - start > 3) start += 1;
    if (next() < 0.1 && end - start > 3) end -= 1;
    list.push([start, end]);
  }
  return list;
}

before(async () => {
  // What is only revealed when found is left out: Chromium opens it some time after the page has loaded.
  const revealed = /<details|until-found/;
  for (const [name, html] of Object.entries(WRITTEN)) if (!revealed.test(html)) pages.set(name, html);
  for (let n = 0; n < MADE; n += 1) pages.set(`made ${SEED + n}`, made(SEED + n));
  chromium = await marker();
  const answers = await ask([...pages].map(([id, html]) => ({ id, html })));
  texts = new Map(answers.map((answer) => [answer.id, answer]));
});
after(() => chromium?.close());

/**
 * Opens addresses with several directives and compares what is marked with what should be, character by character.
 * @param {string} id @param {{ directive: string, page: string, place: [number, number] }[]} asked
 */
async function marksExactly(id, asked) {
  /** @type {string[]} */
  const wrong = [];
  const compare = async (/** @type {typeof asked} */ group) => {
    const address = ':~:' + group.map(({ directive }) => directive.replace(':~:', '')).join('&');
    const { chars } = await chromium.marked(pages.get(id) ?? '', address);
    const points = [...group[0].page];
    const wanted = points.map((_, at) => group.some(({ place: [from, to] }) => at >= from && at < to));
    const expected = points.flatMap((c, at) => (seen(c) ? [[c, wanted[at]]] : []));
    const found = chars.filter(([c]) => seen(c));
    // Form fields paint no text of the document; then the words must do.
    const same = seen(found.map(([c]) => c).join('')) === seen(group[0].page);
    const show = (/** @type {any[][]} */ list) => list.map(([c, on]) => (same ? (on ? `[${c}]` : c) : on ? c : '')).join('').replaceAll('][', '');
    return show(found) === show(expected) ? undefined : `${decodeURIComponent(address)}\n  marked ${show(found)}\n  wanted ${show(expected)}`;
  };
  for (let at = 0; at < asked.length; at += TOGETHER) {
    const group = asked.slice(at, at + TOGETHER);
    if (!(await compare(group))) continue;
    for (const one of group) {
      const fault = await compare([one]);
      if (fault) wrong.push(`${id}: ${fault}`);
    }
  }
  return wrong;
}

test('every link marks its passage and nothing else', async (t) => {
  const questions = [...pages].flatMap(([id, html], index) =>
    passages(texts.get(id)?.text ?? '', SEED * 1000 + index, TOGETHER).map(([start, end]) => ({ id, html, start, end })),
  );
  const answers = await ask(questions);
  /** @type {string[]} */
  const wrong = [];
  let links = 0;
  let none = 0;
  for (const id of pages.keys()) {
    const own = answers.filter((answer) => answer.id === id && answer.place);
    none += own.filter(({ directive }) => !directive).length;
    const linked = /** @type {any[]} */ (own.filter(({ directive }) => directive));
    links += linked.length;
    if (linked.length) wrong.push(...(await marksExactly(id, linked)));
  }
  t.diagnostic(`Chromium ${chromium.version}: ${links} links on ${pages.size} pages, ${none} passages without one`);
  assert.ok(links > 150, `only ${links} links`);
  assert.deepEqual(wrong, []);
  // The pages are made to be hard: words that stand everywhere, soft hyphens at the edges.
  assert.ok(none < links / 6, `${none} passages without a link`);
});

test('the finder finds what Chromium finds', async (t) => {
  const questions = [...pages]
    .filter(([id]) => id.startsWith('made'))
    .flatMap(([id, html], index) => {
      const next = random(SEED * 7777 + index);
      const blocks = (texts.get(id)?.page ?? '').split('\n');
      const term = () => {
        const words = blocks[Math.floor(next() * blocks.length)].replaceAll('\u00AD', '').split(' ').filter((word) => /\p{L}/u.test(word));
        const at = Math.floor(next() * words.length);
        return words.slice(at, at + 1 + Math.floor(next() * 2)).join(' ') || undefined;
      };
      return Array.from({ length: 5 }, () => ({
        id,
        html,
        find: { start: term() ?? 'Wort', prefix: next() < 0.3 ? term() : undefined, end: next() < 0.3 ? term() : undefined, suffix: next() < 0.3 ? term() : undefined },
      }));
    });
  const answers = await ask(questions);
  /** @type {string[]} */
  const wrong = [];
  for (const answer of answers) wrong.push(...(await marksExactly(answer.id, [/** @type {any} */ ({ ...answer, place: answer.found ?? [0, 0] })])));
  t.diagnostic(`${answers.length} directives, ${answers.filter(({ found }) => found).length} of them found`);
  assert.ok(answers.length >= 40);
  assert.deepEqual(wrong, []);
});

test('the page scrolls to the passage', async () => {
  const filler = (/** @type {number} */ n) => `<p>Füllwort ${n} ohne Belang.</p>`.repeat(60);
  const html = `<article>${filler(1)}<p id=here>Hier steht ein Wrot falsch.</p>${filler(2)}</article>`;
  const [{ text }] = await ask([{ html }]);
  const start = [...text.slice(0, text.indexOf('Wrot'))].length;
  const [{ directive }] = await ask([{ html, start, end: start + 4 }]);
  for (const fragment of [directive, `absent${directive}`, `/route/7${directive}`]) {
    await chromium.open(html, String(fragment));
    const { top, bottom } = await chromium.page.evaluate(() => /** @type {Element} */ (document.querySelector('#here')).getBoundingClientRect());
    assert.ok(top > 0 && bottom < 700, `at ${top} with #${fragment}`);
    assert.ok((await chromium.page.evaluate(() => scrollY)) > 1000);
  }
});
