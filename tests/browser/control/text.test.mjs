// The article's text, places in it and what the page says about itself, tried where they run: in Chromium.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { select, stage } from './browser.mjs';

const { test } = runner;
const at = stage(runner);

/** The text of some markup, parsed by the browser, by the rule. @param {import('playwright-core').Page} page @param {string} markup @param {string} [selector] */
const textOf = async (page, markup, selector) => {
  await page.goto(at.host.url(`/markup?${new URLSearchParams({ markup, selector: selector ?? '' })}`));
  return page.evaluate(async (origin) => {
    const { articleText, roots } = await import(`${origin}/embed/text.js`);
    return articleText(roots(document.querySelector('#control'))).text;
  }, at.host.melder);
};

test('the text follows the written rule', async () => {
  const page = await at.open('/plain');
  /** @type {[string, string, string?][]} */
  const cases = [
    ['<article> <h1>Titel</h1>\n<p>Ein\n  <b>fet</b>ter  Satz.</p></article>', 'Titel\nEin fetter Satz.'],
    ['<article>a<br>b<hr>c<p> </p>d</article>', 'a\nb\nc\nd'],
    ['<article>a<p hidden>x</p>b<script>x</script>c<!-- x -->d</article>', 'abcd'],
    ['<article>a <span aria-hidden=TRUE>x</span> b<span data-fehler-ignore>x</span></article>', 'a b'],
    ['<article><pre>a\n\tb</pre>c</article>', 'a b\nc'],
    ['<article>Gro\u00ADß &nbsp; Z\u2009B</article>', 'Gro\u00ADß \u00A0 Z\u2009B'],
    ['<article><svg><a><text>x</text></a></svg>a<math><mi>x</mi></math>b<noscript>x</noscript><template><p>x</p></template></article>', 'ab'],
    ['<article>a<button>x</button><select><option>x</select><textarea>x</textarea>b<video>x</video><fehler-melden>x</fehler-melden></article>', 'ab'],
    ['<article>eins<article>zwei</article></article><article>drei</article>', 'eins\nzwei\ndrei'],
    ['<div class=k>Kopf</div><p>x</p><div class=b>Rumpf<span class=k>innen</span></div>', 'Kopf\nRumpfinnen', '.k,.b'],
    ['<article hidden>x</article>', ''],
    ['<main>haupt</main>', 'haupt'],
    ['<p>nur</p><p>Absätze</p>', 'nur\nAbsätze'],
    ['<table><tr><td>a<td>b</table><ul><li>c<li>d</ul><dl><dt>e<dd>f</dl>', 'a\nb\nc\nd\ne\nf', 'table,ul,dl'],
    ['<article><details><summary>a</summary>b</details><search>c</search><label>d</label><dr>e</dr></article>', 'a\nb\nc\nde'],
  ];
  for (const [markup, expected, selector] of cases) assert.equal(await textOf(page, markup, selector), expected, markup);
});

test('a declarative shadow root is not entered, its host’s light children count', async () => {
  const page = await at.open('/plain');
  const text = await page.evaluate(async (origin) => {
    const { articleText } = await import(`${origin}/embed/text.js`);
    return articleText([document.querySelector('#declared')]).text;
  }, at.host.melder);
  assert.equal(text, 'vorn Licht hinten');
});

/** The passage for the page's selection. @param {import('playwright-core').Page} page @param {string} [root] */
const passageOf = (page, root = 'article') =>
  page.evaluate(
    async ([origin, root]) => {
      const { articleText, locate, passage } = await import(`${origin}/embed/text.js`);
      const { text, runs } = articleText([document.querySelector(root)]);
      const place = locate(text, runs, getSelection()?.getRangeAt(0));
      return place && { ...passage(text, ...place), text };
    },
    [at.host.melder, root],
  );

/** Positions and context must be true of the text. @param {any} found */
const holds = (found) => {
  const points = [...found.text];
  assert.equal(points.slice(found.start, found.end).join(''), found.exact);
  const before = points.slice(0, found.start).join('');
  const after = points.slice(found.end).join('');
  assert.ok(before.endsWith(found.prefix) && after.startsWith(found.suffix));
  assert.ok([...found.prefix].length <= 500 && [...found.suffix].length <= 500);
  assert.ok([...found.prefix].length >= Math.min(32, [...before].length) && [...found.suffix].length >= Math.min(32, [...after].length));
  assert.ok(found.prefix.endsWith(found.before) && found.suffix.startsWith(found.after));
};

test('the context counts code points and splits none', async () => {
  const page = await at.open('/plain');
  const found = await page.evaluate(async (origin) => {
    const { passage } = await import(`${origin}/embed/text.js`);
    const around = '😀'.repeat(600);
    const text = `${around}\nFehlerhaftes\n${around}`;
    return { ...passage(text, 1201, 1213), text };
  }, at.host.melder);
  holds(found);
  assert.deepEqual([[...found.prefix].length, [...found.suffix].length], [32, 32]);
  assert.deepEqual([found.exact, found.start, found.before, found.after], ['Fehlerhaftes', 601, '', '']);
});

test('positions count code points behind umlauts, emoji and soft hyphens', async () => {
  const page = await at.open();
  for (const words of ['Herstler', 'gro\u00ADßer', '„Das', 'Konkurenz', 'ler haben', 'Händ', '🚀 Auch', 'begehrt.']) {
    await select(page, words);
    const found = await passageOf(page);
    assert.equal(found.exact, words);
    holds(found);
  }
});

test('a passage takes its sentence along, whole, and abbreviations do not end one', async () => {
  const page = await at.open();
  await select(page, 'Oktober');
  const { before, after } = await passageOf(page);
  assert.equal(before, '„Das ist ein gro\u00ADßer Schritt“, erklärt Dr. Müller am 3. ');
  assert.equal(after, '.');
});

test('white space at the ends, half an emoji and left-out parts do not count', async () => {
  const page = await at.open();
  await select(page, ' sagt der ');
  assert.equal((await passageOf(page)).exact, 'sagt der');
  await page.evaluate(() => {
    const node = /** @type {Text} */ (document.querySelector('h2')?.firstChild);
    const at = node.data.indexOf('🎮');
    getSelection()?.setBaseAndExtent(node, at - 6, node, at + 1);
  });
  assert.equal((await passageOf(page)).exact, 'Markt');
  await select(page, 'Karten kaufen');
  assert.equal(await passageOf(page), undefined);
});

test('a passage may run over paragraphs, elements and left-out parts', async () => {
  const page = await at.open();
  await page.evaluate(() => {
    const from = /** @type {Node} */ (document.querySelector('#second em')?.firstChild);
    const to = /** @type {Node} */ (document.querySelector('#third')?.firstChild);
    getSelection()?.setBaseAndExtent(from, 2, to, 7);
  });
  const found = await passageOf(page);
  assert.equal(found.exact, 'ndler haben die Preise gesenkt. 🚀 Auch die Karten der Konkurenz werden billiger, und die Karten sind verfügbar.\nAm Ende');
  holds(found);
  await page.evaluate(() => getSelection()?.selectAllChildren(document.body));
  const all = await passageOf(page);
  assert.equal(all.exact, all.text);
});

test('a word that stands in a hundred equal sentences gets enough around it to be told apart', async () => {
  const page = await at.open('/plain');
  await page.evaluate(() => {
    const node = /** @type {Node} */ (document.querySelector('#many p:nth-child(57)')?.firstChild);
    getSelection()?.setBaseAndExtent(node, 4, node, 9);
  });
  const found = await passageOf(page, '#many');
  holds(found);
  const around = found.prefix + found.exact + found.suffix;
  assert.equal(found.text.indexOf(around), found.text.lastIndexOf(around));
});

test('context ends after 500 characters and never in the middle of a character', async () => {
  const page = await at.open('/plain');
  await page.evaluate(() => {
    const node = /** @type {Text} */ (document.querySelector('#emoji')?.firstChild);
    const at = node.data.indexOf('Mitte');
    getSelection()?.setBaseAndExtent(node, at, node, at + 5);
  });
  const found = await passageOf(page, '#emoji');
  holds(found);
  assert.ok(found.prefix.isWellFormed && found.prefix.length >= 499 && found.suffix.length >= 499);
  assert.doesNotMatch(found.prefix + '|' + found.suffix, /(^|[^\uD800-\uDBFF])[\uDC00-\uDFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
});

test('typed words are found in spite of marks, capitals, spaces, soft hyphens and composed letters', async () => {
  const page = await at.open('/plain');
  const find = (/** @type {string} */ text, /** @type {string} */ words) =>
    page.evaluate(
      async ([origin, text, words]) => {
        const { occurrences } = await import(`${origin}/embed/text.js`);
        return occurrences(text, words).map((/** @type {[number, number]} */ [from, to]) => text.slice(from, to));
      },
      [at.host.melder, text, words],
    );
  assert.deepEqual(await find('Er sagt „gro\u00ADß“.', '"groß"'), ['„gro\u00ADß“']);
  assert.deepEqual(await find('die dieser Die', 'die'), ['die', 'Die']);
  assert.deepEqual(await find('Dampfschiff', 'schiff'), ['schiff']);
  assert.deepEqual(await find('z.\u00A0B. so', 'z. B.'), ['z.\u00A0B.']);
  assert.deepEqual(await find('zum Ko\u0308nig', 'König'), ['Ko\u0308nig']);
  assert.deepEqual(await find('a.c abc (a+b) [x] 5–7', 'a.c'), ['a.c']);
  assert.deepEqual(await find('a.c abc (a+b) [x] 5–7', '(a+b) [x] 5-7'), ['(a+b) [x] 5–7']);
  assert.deepEqual(await find('Konkurenz', 'Konkurrenz'), []);
  assert.deepEqual(await find('🚀 los', '🚀'), ['🚀']);
});

test('the difference keeps what stayed', async () => {
  const page = await at.open('/plain');
  const diff = (/** @type {string} */ from, /** @type {string} */ to) =>
    page.evaluate(
      async ([origin, from, to]) => {
        const { diff } = await import(`${origin}/embed/text.js`);
        return diff(from, to);
      },
      [at.host.melder, from, to],
    );
  assert.deepEqual(await diff('die Konkurenz werden', 'die Konkurrenz wird'), [
    ['span', 'die '],
    ['del', 'Konkurenz'],
    ['ins', 'Konkurrenz'],
    ['span', ' '],
    ['del', 'werden'],
    ['ins', 'wird'],
  ]);
  assert.deepEqual(await diff('der der Mann', 'der Mann'), [['span', 'der '], ['del', 'der '], ['span', 'Mann']]);
});

test('facts: canonical address, tracking removed, breadcrumbs shown or told, authors, dates', async () => {
  const page = await at.open('/plain');
  const facts = (/** @type {string} */ path) =>
    page.goto(at.host.url(path)).then(() =>
      page.evaluate(async (origin) => {
        const { facts } = await import(`${origin}/embed/facts.js`);
        const { url, ...rest } = facts(document.querySelector('article'));
        return { ...rest, path: url.replace(location.origin, '') };
      }, at.host.melder),
    );
  assert.deepEqual(await facts('/facts?id=7&utm_source=x&fbclid=y#kommentar'), {
    path: '/facts?id=7',
    title: 'Ein Titel',
    sections: ['Hardware', 'Marktgeschehen'],
    lang: 'de-AT',
    authors: ['Erna Muster'],
    modified_at: '2026-11-01T07:00:00.000Z',
  });
  const canonical = await facts('/facts?canonical=1&x=1');
  assert.equal(canonical.path, 'https://magazin.example/artikel?id=7');
  const meta = await facts('/facts?bare');
  assert.deepEqual([meta.sections, meta.authors, meta.modified_at], [['Netzpolitik'], ['Otto Beispiel'], undefined]);
});
