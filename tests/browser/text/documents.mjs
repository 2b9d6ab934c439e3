// Random pages from a seed: nested and misnested markup of everything the rule names and everything parsers find hard.
// Left out, because Chromium departs from the standard there: NUL (behind `<` it stays, in a table it parts no white space),
// and `:empty`, which Chromium and the server read by different drafts.

/** mulberry32. @param {number} seed */
const random = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

const BLOCKS =
  'address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h6 header hgroup legend li main menu nav ol p pre search section summary ul'.split(' ');
const INLINE =
  'a abbr b big bdi cite code del em font i ins kbd label mark nobr q ruby rt rp s small span strong sub sup tt u x-y my-box slot unbekannt marquee applet optgroup option output'.split(' ');
const TABLE = 'table caption colgroup tbody thead tfoot tr td th'.split(' ');
const OUT =
  'noscript template iframe object svg math canvas audio video select textarea button datalist fehler-melden script style'.split(' ');
const VOID = '<br> <hr> <br/> <wbr> <img alt=Bild> <input> <input type=hidden> <embed> <col> <link> <meta> <param> <source> <area> <base>'.split(' ');
const FOREIGN = 'g text foreignObject desc title circle mi mo mtext annotation-xml path'.split(' ');
const TEXT = [
  'Haus', 'Größe', 'der', 'die', 'und', ' ', ' ', ' ', '\n', '\t', '\r\n', '  ', '\f', '&nbsp;', '\u00a0', '&shy;', '\u00ad', '„so“', 'a.', 'o\u0308',
  '👩‍💻', '𝔘', '&amp;', '&lt;', '&auml', '&#13;', '&#x1F600;', '\u200b', '\u2028', '1.299\u202f€', '<', '>', ']]>', '"', '漢字',
];
const ODD = [
  '<!-- Bemerkung -->', '<!-->', '<!doctype html>', '<![CDATA[x]]>', '<?x?>', '</>', '</ x>', '<1>', '<body class=y>', '<html lang=de>', '<head>',
  '</body>', '</html>', '</head>', '</br>', '</p>', '<frameset>', '<frame>', '<title>Titel</title>', '<noframes>n</noframes>', '<noembed>e</noembed>',
  '<xmp><b>x</b></xmp>', '<listing>\nl</listing>', '<image>', '<script>if (1<2) "</p>";</script>', '<style>p > a {}</style>',
  '<textarea>\n<p>t</textarea>', '<iframe><p>i</iframe>', '<noscript><p>n</div></noscript>', '<template shadowrootmode=open><p>s</p><slot></slot></template>',
  '<template shadowrootmode=closed>', '<select><option>o<optgroup><option>p</select>', '<math><mi>x</mi></math>', '<svg><p>', '<svg/>', '<ruby>a<rt>b</ruby>',
];
const ATTRIBUTES = [
  'hidden', 'hidden=""', 'hidden=until-found', 'aria-hidden=true', 'aria-hidden="TRUE"', 'aria-hidden=false', 'aria-hidden', 'data-fehler-ignore',
  'data-fehler-ignore=no', 'open', 'lang=de',
];
const HARMLESS = ['class=x', 'class="x y"', 'id=a', 'title="<p hidden>"', 'style="display:none"', 'data-hidden', 'itemprop=articleBody', 'href=#a'];
const SELECTORS = [
  null, null, null, '.x', '#a', 'p', 'div, p', '.x, .y, article', 'main', '[itemprop=articleBody]', 'body > *', 'td', 'b, i', ':is(div, section) > p', 'p:not(.x)',
  'section p:first-of-type', 'div + p', 'p ~ div', '.x .x', 'li:nth-child(2n+1)', 'span', 'div:has(> p)', '*', 'nichts', '[', '', 'html', 'body', 'x-y', 'g', 'svg', 'p:only-child',
];

/** @param {number} seed @param {number} count @returns {Generator<{ id: string, html: string, selector: string | null }>} */
export function* documents(seed, count) {
  for (let n = 0; n < count; n++) {
    const next = random(seed * 1_000_003 + n);
    /** @template T @param {T[]} list @returns {T} */
    const pick = (list) => list[Math.floor(next() * list.length)];
    const chance = (/** @type {number} */ odds) => next() < odds;
    const attributes = () =>
      (chance(0.08) ? ` ${pick(ATTRIBUTES)}` : '') + (chance(0.25) ? ` ${pick(HARMLESS)}` : '');
    const words = () => Array.from({ length: 1 + Math.floor(next() * 5) }, () => pick(TEXT)).join(chance(0.5) ? ' ' : '');
    // Some pages are sound, some broken everywhere.
    const broken = pick([0, 0.02, 0.15, 0.4]);
    const inTable = (/** @type {number} */ depth) => {
      let html = `<table${attributes()}>`;
      for (let rows = next() * 4; rows > 0; rows--) {
        if (chance(broken)) html += content(depth - 2);
        html += chance(0.2) ? `<${pick(TABLE)}>` : '';
        html += `<tr${attributes()}>${chance(broken) ? words() : ''}<td>${content(depth - 1)}${chance(0.5) ? '</td>' : ''}<td>${words()}`;
      }
      return html + (chance(broken) ? '' : '</table>');
    };
    /** @param {number} depth @returns {string} */
    const element = (depth) => {
      const name = pick(chance(0.45) ? BLOCKS : chance(0.75) ? INLINE : chance(0.5) ? TABLE : chance(0.7) ? OUT : FOREIGN);
      const close = chance(broken) ? pick(['', '', `</${pick(BLOCKS)}>`, `</${pick(INLINE)}>`, `</${pick(TABLE)}>`]) : `</${name}>`;
      return `<${chance(0.05) ? name.toUpperCase() : name}${attributes()}>${content(depth - 1)}${close}`;
    };
    /** @param {number} depth @returns {string} */
    const content = (depth) => {
      let html = '';
      for (let parts = 1 + next() * 4; parts > 0; parts--) {
        if (depth <= 0 || chance(0.4)) html += words();
        else if (chance(0.07)) html += pick(VOID);
        else if (chance(0.08)) html += inTable(depth);
        else if (chance(0.02 + broken / 4)) html += pick(ODD);
        else html += element(depth);
      }
      return html;
    };
    const article = chance(0.6) ? `<article>${content(5)}</article>` : chance(0.5) ? `<main>${content(5)}</main>` : content(5);
    const control = chance(0.15) ? `<fehler-melden article="${pick(SELECTORS.filter((selector) => selector != null))}">m</fehler-melden>` : '';
    const html = (chance(0.9) ? '<!doctype html>' : '') + (chance(0.2) ? words() : '') + control + content(2) + article + content(2);
    yield { id: `random-${n}`, html, selector: pick(SELECTORS) };
  }
}
