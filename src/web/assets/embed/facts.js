// What the page says about its article: address, title, section path, authors, language, last change.

/** @typedef {{ url: string, title: string, sections: string[], lang?: string, authors: string[], modified_at?: string }} Facts */
/** @typedef {Record<string, any>} Node */

const TRACKING = /^(utm_|mtm_|pk_|at_|wt_|_|mc_|xtor|\w*(clid|braid))/;

/** Whatever a page says, as a text that the server takes. @param {any} text */
const clean = (text) => `${text ?? ''}`.replace(/\s+/g, ' ').trim().slice(0, 500);

/** @param {string} selector @param {string} [name] an attribute; without it the text @returns {string[]} */
const all = (selector, name) =>
  Array.from(document.querySelectorAll(selector), (element) => clean(name ? element.getAttribute(name) : element.textContent)).filter(
    (text) => text && !/^https?:/.test(text),
  );

/** @param {string} name */
const meta = (name) => all(`meta[property="${name}"],meta[name="${name}"]`, 'content');

/** Every object in the page's JSON-LD, however deep. */
function linked() {
  /** @type {Node[]} */
  const graph = [];
  for (const script of document.querySelectorAll('script[type="application/ld+json"]')) {
    try {
      JSON.parse(script.textContent ?? '', (_, value) => {
        if (value?.['@type']) graph.push(value);
        return value;
      });
    } catch {}
  }
  return graph;
}

/** @param {any} value one name or object, or a list of them @returns {string[]} */
const names = (value) => [value ?? []].flat().map((one) => clean(one.name ?? one));

/** The shown breadcrumbs, text by text. @returns {[string, string?][]} */
function shown() {
  const box = document.body.querySelector('[itemtype$=BreadcrumbList],[aria-label*=breadcrumb i],[class*=breadcrumb i],[id*=breadcrumb i]');
  const walker = box && document.createTreeWalker(box, 4);
  /** @type {[string, string?][]} */
  const crumbs = [];
  while (walker?.nextNode()) {
    const { nodeValue, parentElement } = walker.currentNode;
    for (const name of (nodeValue ?? '').split(/[/›»>→|:]/)) crumbs.push([clean(name), parentElement?.closest('a')?.href]);
  }
  return crumbs;
}

/** @param {Element | undefined} root @returns {Facts} */
export function facts(root) {
  /** @type {HTMLLinkElement | null} */
  const canonical = document.querySelector('link[rel~=canonical][href^=http]');
  const url = new URL(canonical?.href ?? location.href);
  url.hash = '';
  for (const name of [...url.searchParams.keys()]) if (TRACKING.test(name)) url.searchParams.delete(name);

  const graph = linked();
  /** @param {RegExp} type @returns {Node} */
  const find = (type) => graph.find((node) => type.test(node['@type'])) ?? {};
  const article = find(/Article|Posting|Report/);
  const title = clean((root?.querySelector('h1') ?? document.querySelector('h1'))?.textContent) || clean(document.title);

  /** @param {[string, string?][]} crumbs without the front page and the article itself, which are no sections */
  const path = (crumbs) =>
    crumbs
      .filter(([name, href]) => ![title, ''].includes(name) && !/^(home|start(seite)?)$| hier$| here$/i.test(name) && href != url.href && !/^(\w+:\/\/[^/]+)?\/$/.test(href ?? ''))
      .map(([name]) => name);
  /** @type {Node[]} */
  const items = [find(/BreadcrumbList/).itemListElement ?? []].flat();
  items.sort((a, b) => a.position - b.position);
  const modified = new Date(article.dateModified ?? meta('article:modified_time')[0] ?? NaN);
  /** @param {string[][]} lists */
  const first = (...lists) => [...new Set(lists.find((list) => list[0]))].slice(0, 10);
  return {
    url: url.href,
    title,
    sections: first(
      path(items.map(({ name, item }) => [clean(name ?? item?.name), item?.['@id'] ?? item])),
      path(shown()),
      meta('article:section'),
      names(article.articleSection),
    ),
    lang: root?.closest('[lang]')?.getAttribute('lang') || undefined,
    authors: first(names(article.author), meta('author'), all('[rel~=author],[itemprop=author]')),
    modified_at: +modified ? modified.toISOString() : undefined,
  };
}
