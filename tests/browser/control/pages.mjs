// The pages of the stand-in site. `?lang=en`, `?scheme=dark`, `?link`, `?article=selector` vary the article page.

const style = `
body{margin:0 auto;max-width:42rem;padding:0 1rem 6rem;font:17px/1.6 Georgia,'DejaVu Serif',serif}
.scheme-dark{color-scheme:dark;background:#111;color:#eee}
.scheme-light{color-scheme:light}
footer{display:flex;gap:1rem}
.theme fehler-melden{--fehlermelder-accent:#036;--fehlermelder-on-accent:#fff;--fehlermelder-font:monospace}
.theme fehler-melden::part(button){text-transform:uppercase}
`;

const german = `
<h1>Grafikkarten werden wieder günstiger</h1>
<p class="teaser">Die Preise fallen, aber nicht überall. Ein Überblick über den Markt.</p>
<p id="first">Die neue Generation verbraucht weniger Strom, sagt der Herstler. „Das ist ein gro\u00ADßer Schritt“, erklärt Dr. Müller am 3. Oktober. Die Karte kostet 499 Euro.</p>
<h2>Der Markt 🎮 erholt sich</h2>
<p id="second">Viele <em>Händ</em>ler haben die Preise
   gesenkt. 🚀 Auch die Karten der Konkurenz werden billiger, und die Karten sind verfügbar.</p>
<p id="ignored" data-fehler-ignore>Anzeige: Karten kaufen</p>
<p id="third">Am Ende entscheidet der Käufer. Die Karten bleiben begehrt.</p>`;

const english = `
<h1>Graphics cards get cheaper again</h1>
<p id="first">The new generation draws less power, says the manufactuerer. “That is a big step”, Dr Miller explains.</p>
<p id="second">Many shops have lowered their prices. The cards are in stock.</p>`;

/** As pages really describe themselves: one thing where a list belongs, a number for a name. */
const odd = [
  { '@type': 'BreadcrumbList', itemListElement: { '@type': 'ListItem', position: 1, name: 'Hardware', item: 'https://magazin.example/hardware/' } },
  { '@type': 'NewsArticle', author: { name: 7 } },
];

const breadcrumbs = {
  '@context': 'https://schema.org',
  '@graph': [
    {
      '@type': 'BreadcrumbList',
      itemListElement: [
        { '@type': 'ListItem', position: 1, name: 'Magazin', item: 'https://magazin.example/' },
        { '@type': 'ListItem', position: 3, name: 'Marktgeschehen', item: 'https://magazin.example/hardware/markt/' },
        { '@type': 'ListItem', position: 2, name: 'Hardware', item: 'https://magazin.example/hardware/' },
      ],
    },
    { '@type': 'NewsArticle', headline: 'Grafikkarten', author: [{ '@type': 'Person', name: 'Ada Beispiel' }], dateModified: '2026-11-20T10:00:00+01:00' },
  ],
};

/** @param {URL} url @param {string} origin */
function page(url, origin) {
  const query = url.searchParams;
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="stylesheet" href="/style.css"><link rel="icon" href="data:,"><script type="module" src="${origin}/embed.js"></script>`;
  if (url.pathname == '/shadow') {
    return `<!doctype html><html lang="de"><head>${head}<title>Schatten</title></head><body>
<div id="host"><template shadowrootmode="open"><article><p>Ein Tippfeler steht hier.</p><fehler-melden site="demo"></fehler-melden></article></template></div></body></html>`;
  }
  if (url.pathname == '/plain') {
    return `<!doctype html><html lang="de"><head>${head}<title>Text</title></head><body><fehler-melden site="demo"></fehler-melden>
<article><div id="declared">vorn <b><template shadowrootmode="open">Schatten <slot></slot></template>Licht</b> hinten</div></article>
<div id="many">${'<p>Die Karte ist neu.</p>'.repeat(40)}<p>Ein Satz dazwischen.</p>${'<p>Die Karte ist neu.</p>'.repeat(60)}</div>
<p id="emoji">${'🚀'.repeat(400)}a Mitte b${'🚀'.repeat(400)}</p></body></html>`;
  }
  if (url.pathname == '/markup') {
    const selector = query.get('selector');
    return `<!doctype html><html lang="de"><head>${head}<title>Text</title></head><body>${query.get('markup')}
<fehler-melden id="control" site="demo" ${selector ? `article="${selector}"` : ''}></fehler-melden></body></html>`;
  }
  if (url.pathname == '/facts') {
    const bare = query.has('bare');
    return `<!doctype html><html lang="de"><head>${head}<title>Ein Titel – Magazin</title>
${query.has('canonical') ? '<link rel="canonical" href="https://magazin.example/artikel?id=7&utm_medium=mail#oben">' : ''}
<script type="application/ld+json">{ kaputt</script>
<meta name="author" content="${bare ? 'Otto Beispiel' : 'Erna Muster'}"><meta property="article:section" content="Netzpolitik">
${bare ? '' : '<meta property="article:modified_time" content="2026-11-01T08:00:00+01:00">'}</head>
<body>${bare ? '' : '<nav class="breadcrumbs">Du bist hier: <a href="/">Magazin</a> / <a href="/hardware">Hardware</a> / Marktgeschehen</nav>'}
<article lang="de-AT"><h1>Ein Titel</h1><p>Text.</p></article><fehler-melden site="demo"></fehler-melden></body></html>`;
  }
  if (url.pathname != '/') return '';
  const lang = query.get('lang') ?? 'de';
  const text = lang == 'de' ? german : english;
  const long = query.has('long') ? `<p id="long">${'Ein langer Absatz über vieles. '.repeat(80)}</p>` : '';
  const two = query.has('two')
    ? '<section id="two">Zweiter Text.</section><fehler-melden id="second-control" site="two" article="#two"></fehler-melden>'
    : '';
  const link = query.has('link') ? `<a href="${origin}/melden?site=demo">Fehler melden</a>` : '';
  return `<!doctype html>
<html lang="${lang}" class="scheme-${query.get('scheme') ?? 'none'} ${query.has('theme') ? 'theme' : ''}">
<head>${head}<title>Grafikkarten – Magazin</title>
<script type="application/ld+json">${JSON.stringify(query.has('odd') ? odd : breadcrumbs)}</script></head>
<body><main><article class="entry-content">${text}${long}</article>
<footer><span>Kommentare</span><fehler-melden site="demo" article="${query.get('article') ?? '.entry-content'}">${link}</fehler-melden></footer>
<p id="after">Danach.</p>${two}</main></body></html>`;
}

export const article = { style, page };
