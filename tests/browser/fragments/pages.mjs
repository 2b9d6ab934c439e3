// Pages for text fragments: what a link must cope with, written down, and pages made of few words, where much is alike.

/** Always the same numbers from the same seed (mulberry32). @param {number} seed */
export function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const LONG = Array.from({ length: 120 }, (_, n) => `Wort${n} und noch`).join(' ');

/** @type {Record<string, string>} */
export const WRITTEN = {
  'repeated words': '<nav><a>Ein Satz</a> <a>Noch ein Satz</a></nav><article><h1>Ein Satz</h1><p>Ein Satz steht hier, und ein Satz steht da. Der Satz ist ein Satz.</p><p>Noch ein Satz steht hier, und ein Satz steht da.</p></article><footer>Ein Satz steht hier</footer>',
  'equal sentences': `<article>${'<p>Das Wort steht immer wieder da.</p>'.repeat(6)}<p>Am Ende kommt das Wort.</p></article>`,
  'letters alike': '<article><p>Der Bar und der Bär, der Baer und die Straße, die STRASSE und die Strasse.</p><p>König, Ko\u0308nig, konig. „So“ und "so" und ‚so‘ und \'so\'.</p></article>',
  'soft hyphens': '<article><p>Die Fehler\u00ADmeldung ist ein Fehler, die Mel\u00ADdung ist eine Meldung, groß\u00ADe und große Fehler.</p></article>',
  'word borders': '<article><p>Kolleg:innen und innen, Kolleg*innen, Kolleg_innen, heise.de und de, E-Mail und Mail, 1.000 und 000, Hans’ und don’t und t.</p><p>Sie besagen und sagen, Anfangsort und Anfang.</p></article>',
  'inline markup': '<article><p>Ein W<b>or</b>t und ein Wo<i>rt</i> und <a href="#x">noch</a> ein <em>Wort</em>, <code>so</code><sup>2</sup> und so<sub>2</sub>.</p></article>',
  'line breaks and lists': '<article><p>Eins<br>zwei<br>eins zwei</p><ul><li>eins<li>zwei<li>eins zwei drei</ul><ol><li><p>vier</p>fünf<li>vier fünf</ol><dl><dt>eins<dd>zwei</dl></article>',
  'a table': '<article><table><caption>Werte</caption><tr><th>Jahr<th>Wert<tr><td>2025<td>100<tr><td>2026<td>100</table><p>Der Wert 100 im Jahr 2026.</p></article>',
  'hidden text': '<p hidden>Das Wort fehlt.</p><article><p>Das <span hidden>gute</span> Wort <span aria-hidden="true">→</span> fehlt. <noscript>Das Wort</noscript> <!-- Das Wort --> Das Wort fehlt hier.</p><dialog>Das Wort fehlt hier.</dialog></article>',
  'controls': '<input value="Das Wort"><article><p>Das Wort steht. <button>Das Wort teilen</button> Das Wort steht wieder.</p><select><option>Das Wort</select><p>Und das Wort ist da.</p></article>',
  'pictures': '<article><p>Ein <img alt="Bild" width=9 height=9 src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="> Bild und ein Bild.</p><figure><img alt="" src="data:,"><figcaption>Ein Bild und noch eins</figcaption></figure></article>',
  'preformatted': '<article><pre>let a = 1;\nlet  b = 2;\nlet a = b;</pre><p>let a = b und let b</p></article>',
  emoji: '<article><p>🚀 Los geht es, und 🚀 los ging es! ❤️ Herz und ☕ Kaffee.</p><p>Und los geht es 🚀 wieder.</p></article>',
  'joined emoji': '<article><p>👩‍💻 arbeitet, 👍🏽 sagt sie, 🇩🇪 ist das Land. Sie arbeitet gern, sagt sie.</p></article>',
  'combining characters': '<article><p>Cafe\u0301 und Café und Cafe, a\u0323\u0308 und ä, Z\u0351alg\u0350o und Zalgo.</p></article>',
  'from right to left': '<article dir="rtl" lang="ar"><p>مرحبا بالعالم الجميل، مرحبا بالعالم الكبير.</p><p lang="he">שלום עולם, שלום לכל העולם. Und ein Wort.</p></article>',
  'spaces': '<article><p>z.\u00A0B. und z. B. und 10\u202Fkm und 10 km, 5\u20137 und 5-7, und\u00A0 \u00A0so und so.</p></article>',
  'a long quote': `<article><p>${LONG}</p><p>${LONG} am Ende</p></article>`,
  'signs': '<article><p>A&amp;B, 100% (so) [a+b] a/b? #x ~_. „a“ – ja: a-b, a,b; x-,y ,-z &amp;text=x :~:text=y und A&amp;B und 100%.</p></article>',
  'scripts without spaces': '<article lang="ja"><p>日本語の文章です。これは文章です。文章とカメラ。</p><p lang="th">ภาษาไทยง่าย</p></article>',
  'many blocks': `<header>Kopf</header>${'<section><h2>Fazit</h2><p>So weit, so gut.</p></section>'.repeat(3)}<article><section><h2>Fazit</h2><p>Gut so weit.</p><details><summary>Mehr</summary>So weit im Fazit.</details></section></article><aside>Fazit</aside>`,
};

const WORDS = ['der', 'die', 'Wort', 'Wörter', 'ein', 'Ein', 'Satz', 'steht', 'da', 'und', 'a-b', 'x.y', 'so,', 'gut.', '(ja)', 'Straße', 'Fehler\u00ADtext', '10', '„Zitat“', 'E\u2011Mail', 'die:der'];
const OPEN = ['<p>', '<p>', '<li>', '<h2>', '<div>', '<blockquote><p>', '<p>', '<td>'];
const INLINE = [['<b>', '</b>'], ['<a href=#x>', '</a>'], ['<i>', '</i>'], ['<span hidden>', '</span>'], ['', '<br>'], ['<span>', '</span>']];

/** A page of few words in many blocks. @param {number} seed */
export function made(seed) {
  const next = random(seed);
  /** @template T @param {T[]} list @returns {T} */
  const pick = (list) => list[Math.floor(next() * list.length)];
  const block = () => {
    let text = '';
    const length = 2 + Math.floor(next() * 12);
    for (let n = 0; n < length; n += 1) {
      let word = pick(WORDS);
      if (next() < 0.15) {
        const [open, close] = pick(INLINE);
        const cut = next() < 0.5 ? 0 : 1 + Math.floor(next() * (word.length - 1));
        word = word.slice(0, cut) + open + word.slice(cut) + close;
      }
      text += word + (next() < 0.95 ? ' ' : '');
    }
    const open = pick(OPEN);
    return open === '<td>' ? `<table><tr><td>${text}<td>${text.slice(0, 9).replace(/<.*/, '')}</table>` : open + text;
  };
  const blocks = (/** @type {number} */ count) => Array.from({ length: count }, block).join('\n');
  return `<nav>${blocks(1)}</nav><article>${blocks(4)}</article><footer>${blocks(1)}</footer>`;
}
