// The article's text by the rule in docs/article-text.md, and where a DOM range lies in it.

const OUT =
  /^(script|style|noscript|template|iframe|object|embed|svg|math|canvas|audio|video|select|textarea|input|button|datalist|fehler-melden)$/;
const BLOCK =
  /^(address|article|aside|blockquote|body|caption|center|d[dlt]|details|dialog|dir|div|fieldset|figcaption|figure|footer|form|h[1-6r]|header|hgroup|legend|li|main|menu|nav|ol|p|pre|search|section|summary|table|t(body|d|foot|h|head|r)|ul|br)$/;
const SPACE = /[\t\n\f\r ]/;

/**
 * A run of characters that stand in the text as they stand in the node.
 * @typedef {{ node: Text, from: number, to: number, at: number }} Run
 * @typedef {{ text: string, runs: Run[] }} ArticleText
 */

/**
 * The elements that hold the article, in document order, none inside another.
 * @param {Element} control its `article` attribute says where; else the rule's default
 */
export function roots(control) {
  const near = /** @type {Document} */ (control.getRootNode());
  for (const name of [control.getAttribute('article'), 'article', 'main', 'body']) {
    for (const root of name ? [near, document] : []) {
      /** @type {Element[]} */
      const found = [];
      for (const element of root.querySelectorAll(`${name}`)) {
        if (!found.at(-1)?.contains(element)) found.push(element);
      }
      if (found[0]) return found;
    }
  }
  return [];
}

/** @param {Element[]} elements @returns {ArticleText} */
export function articleText(elements) {
  let text = '';
  let gap = '';
  /** @type {Run[]} */
  const runs = [];

  /** @param {Text} node */
  const read = (node) => {
    for (const { 0: word, index } of node.data.matchAll(/[\t\n\f\r ]+|[^\t\n\f\r ]+/g)) {
      if (SPACE.test(word)) {
        gap ||= ' ';
        continue;
      }
      if (text) text += gap;
      gap = '';
      runs.push({ node, from: index, to: index + word.length, at: text.length });
      text += word;
    }
  };

  /** @param {Element} element */
  const walk = (element) => {
    const name = /xhtml$/.test(element.namespaceURI ?? '') || /^(svg|math)$/.test(element.localName) ? element.localName : '';
    if (
      OUT.test(name) ||
      element.hasAttribute('hidden') ||
      /^true$/i.test(element.getAttribute('aria-hidden') ?? '') ||
      element.hasAttribute('data-fehler-ignore')
    ) return;
    const border = BLOCK.test(name);
    if (border) gap = '\n';
    for (const child of element.childNodes) {
      if (child instanceof Text) read(child);
      else if (child instanceof Element) walk(child);
    }
    if (border) gap = '\n';
  };

  for (const element of elements) {
    gap = '\n';
    walk(element);
  }
  return { text, runs };
}

/**
 * Where a DOM range lies in the text, in UTF-16 units, without white space at its ends; nothing when it holds none of it.
 * @param {ArticleText} article
 * @param {Range} range
 * @returns {[number, number] | undefined}
 */
export function locate({ text, runs }, range) {
  const first = runs.find(({ node, to }) => range.comparePoint(node, to) >= 0);
  const last = runs.findLast(({ node, from }) => range.comparePoint(node, from) <= 0);
  if (!first || !last) return;
  let start = first.at + (range.comparePoint(first.node, first.from) < 0 ? range.startOffset - first.from : 0);
  let end = last.at + (range.comparePoint(last.node, last.to) > 0 ? range.endOffset : last.to) - last.from;
  // Half an emoji is not a quotation.
  if (/[\uDC00-\uDFFF]/.test(text[start] ?? '')) start--;
  if (/[\uD800-\uDBFF]/.test(text[end - 1] ?? '')) end++;
  while (start < end && /\s/.test(text[start])) start++;
  while (start < end && /\s/.test(text[end - 1])) end--;
  return start < end ? [start, end] : undefined;
}
