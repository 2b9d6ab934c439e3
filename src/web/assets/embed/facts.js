// What the page says about its article: address, title, section path, authors, language, last change.

/** @typedef {{ url: string, title?: string, sections?: string[], lang?: string, authors?: string[], modified_at?: string }} Facts */
/** @typedef {Record<string, any>} Node */

const TRACKING = /^(utm_|mtm_|pk_|at_|hsa_|ns_|wt_z?mc|_ga|_gl|_hs|mc_[ce]id|fbclid|[dg]clid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|xtor|cmpid)/i;

/** @param {string | null | undefined} text */
const clean = (text) => (text ?? '').replace(/\s+/g, ' ').trim();

/** @param {string} name */
const metas = (name) =>
  [...document.querySelectorAll(`meta[property="${name}"],meta[name="${name}"]`)].map((meta) => clean(meta.getAttribute('content'))).filter(Boolean);

/** The article's address: canonical, else the location without what only tracks. */
export function address() {
  const link = document.querySelector('link[rel~=canonical][href]');
  const url = new URL(link instanceof HTMLLinkElement && /^http/.test(link.href) ? link.href : location.href);
  url.hash = '';
  for (const name of [...url.searchParams.keys()]) if (TRACKING.test(name)) url.searchParams.delete(name);
  return url.href;
}

/** Every object in the page's JSON-LD, wherever it is nested. @returns {Node[]} */
function linked() {
  /** @type {Node[]} */
  const found = [];
  /** @param {any} value */
  const walk = (value) => {
    if (!value || typeof value != 'object') return;
    if (value['@type']) found.push(value);
    Object.values(value).forEach(walk);
  };
  for (const script of document.querySelectorAll('script[type="application/ld+json"]')) {
    try {
      walk(JSON.parse(script.textContent ?? ''));
    } catch {
      // Broken JSON-LD is the site's matter.
    }
  }
  return found;
}

/** @param {any} value @returns {string[]} */
const names = (value) => [value ?? []].flat().map((one) => clean(one.name ?? one)).filter((name) => name && !/^https?:/.test(name));

/** @param {Node[]} graph @param {string} title @param {string} url @returns {string[]} */
function sections(graph, title, url) {
  /** @param {string} name @param {string} [href] */
  const section = (name, href) =>
    name && name != title && href != url && !/^(home|start(seite)?)$/i.test(name) && !(href && new URL(href, url).pathname == '/');
  const list = graph.find((node) => /BreadcrumbList/.test(node['@type']))?.itemListElement ?? [];
  const crumbs = [list]
    .flat()
    .sort((a, b) => a.position - b.position)
    .map((item) => ({ name: clean(item.name ?? item.item?.name), href: item.item?.['@id'] ?? item.item?.url ?? item.item }));
  const told = crumbs.filter(({ name, href }) => section(name, typeof href == 'string' ? href : undefined)).map(({ name }) => name);
  if (told[0]) return told;

  const box = document.querySelector('[itemtype$=BreadcrumbList],[aria-label*=breadcrumb i],[aria-label*=brotkr i],[class*=breadcrumb i],[id*=breadcrumb i]');
  if (box) {
    const items = [...box.querySelectorAll('li')].map((item) => item.textContent);
    const links = [...box.querySelectorAll('a')];
    const shown = (items[0] ? items : clean(box.textContent).split(/[/›»>→|]/))
      .map((name) => clean(name).replace(/^[^:]{1,20}:\s*|\s*[/›»>→|]$/g, ''))
      .filter((name) => section(name, links.find((link) => clean(link.textContent) == name)?.href));
    if (shown[0]) return shown;
  }
  const meta = metas('article:section');
  return meta[0] ? meta : names(graph.find((node) => node.articleSection)?.articleSection);
}

/** @param {Element | undefined} root @returns {Facts} */
export function facts(root) {
  const url = address();
  const graph = linked();
  const article = graph.find((node) => /Article|Posting|Report/.test(node['@type'])) ?? {};
  const heading = clean((root?.querySelector('h1') ?? document.querySelector('h1'))?.textContent);
  const title = heading || clean(article.headline) || metas('og:title')[0] || clean(document.title);
  const told = names(article.author);
  const metaAuthors = [...metas('author'), ...metas('article:author')].filter((name) => !/^https?:/.test(name));
  const shown = [...document.querySelectorAll('[rel~=author],[itemprop=author]')].map((one) => clean(one.textContent)).filter(Boolean);
  const authors = [...new Set([told, metaAuthors, shown].find((list) => list[0]))].slice(0, 10);
  const modified = new Date(article.dateModified ?? metas('article:modified_time')[0] ?? metas('og:updated_time')[0] ?? NaN);
  return {
    url,
    title: title.slice(0, 300) || undefined,
    sections: sections(graph, title, url).slice(0, 8),
    lang: root?.closest('[lang]')?.getAttribute('lang') || undefined,
    authors,
    modified_at: isNaN(+modified) ? undefined : modified.toISOString(),
  };
}
