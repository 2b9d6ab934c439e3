// The pages that the program has, read from where its addresses are declared: a new page cannot be forgotten by a test that asks here.

import { readFile } from 'node:fs/promises';

const TABLES = ['src/web/routes.rs', 'src/demo/routes.rs'];

/** What answers to GET and is no page: for programs, operators and scripts. */
const NO_PAGES = [
  /^\/api\/(?!docs$)/,
  /^\/embed\//,
  /^\/events$/,
  /^\/statistics\.(csv|json)$/,
  /^\/(healthz|readyz|metrics)$/,
  /^\/demo\/mailbox\/:id\/source$/,
];

/** The patterns of all pages, `/tickets/:reference` and so on. */
export async function pages() {
  const texts = await Promise.all(TABLES.map((table) => readFile(new URL(`../../../${table}`, import.meta.url), 'utf8')));
  const patterns = texts.flatMap((text) => [...text.matchAll(/\bget\("([^"]+)"|\.at\(\s*"([^"]+)",\s*get\(/g)].map(([, own, demo]) => own ?? demo));
  return [...new Set(patterns)].filter((pattern) => !NO_PAGES.some((none) => none.test(pattern)));
}

/** Which pattern answers to a path: the one with the fewest parameters, as the router decides. @param {string[]} patterns @param {string} path */
export function patternOf(patterns, path) {
  const fits = patterns.filter((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll(/:[a-z]+/g, '[^/]+')}$`).test(path));
  return fits.sort((a, b) => a.split(':').length - b.split(':').length)[0];
}
