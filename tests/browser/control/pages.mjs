// The pages of the stand-in site. `?lang=en`, `?scheme=dark`, `?link`, `?article=selector` vary the article page.

const style = `
body{margin:0 auto;max-width:42rem;padding:0 1rem 6rem;font:17px/1.6 Georgia,'DejaVu Serif',serif}
.scheme-dark{color-scheme:dark;background:#111;color:#eee}
.scheme-light{color-scheme:light}
footer{display:flex;gap:1rem}
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
  if (url.pathname != '/') return '';
  const lang = query.get('lang') ?? 'de';
  const text = lang == 'de' ? german : english;
  const link = query.has('link') ? `<a href="${origin}/melden?site=demo">Fehler melden</a>` : '';
  return `<!doctype html>
<html lang="${lang}" class="scheme-${query.get('scheme') ?? 'none'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Grafikkarten – Magazin</title>
<link rel="stylesheet" href="/style.css"><link rel="icon" href="data:,">
<script type="application/ld+json">${JSON.stringify(breadcrumbs)}</script>
<script type="module" src="${origin}/embed.js"></script></head>
<body><main><article class="entry-content">${text}</article>
<footer><span>Kommentare</span><fehler-melden site="demo" article="${query.get('article') ?? '.entry-content'}">${link}</fehler-melden></footer>
<p id="after">Danach.</p></main></body></html>`;
}

export const article = { style, page };
