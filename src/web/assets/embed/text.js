// The article's text by the rule in docs/article-text.md, and the places in it: DOM ranges, sentences, selectors, search.

const OUT =
  /^(script|style|noscript|template|iframe|object|embed|svg|math|canvas|audio|video|select|textarea|input|button|datalist|fehler-melden)$/;
const BLOCK =
  /^(address|article|aside|blockquote|body|br|caption|center|d[dlt]|details|dialog|dir|div|fieldset|figcaption|figure|footer|form|h[1-6r]|header|hgroup|legend|li|main|menu|nav|[ou]l|p|pre|search|section|summary|table|t[dhr]|tbody|tfoot|thead)$/;

/**
 * A run of characters that stand in the text, from `at` on, as they stand in the node.
 * @typedef {{ node: Text, from: number, to: number, at: number }} Run
 */

/** Length in Unicode code points. @param {string} text */
export const size = (text) => [...text].length;

/**
 * The elements that hold the article, in document order, none inside another.
 * @param {Element} control its `article` attribute says where; else the rule's default
 */
export function roots(control) {
  for (const selector of [control.getAttribute('article'), 'article', 'main', 'body']) {
    /** @type {any} a document or a shadow root */
    const near = control.getRootNode();
    for (const root of [near, document]) {
      /** @type {Element[]} */
      const found = [];
      try {
        for (const element of root.querySelectorAll(selector)) if (!found.at(-1)?.contains(element)) found.push(element);
      } catch {
        // No selector at all; the default holds.
      }
      if (found[0]) return found;
    }
  }
  return [];
}

/** @param {Element[]} elements @returns {{ text: string, runs: Run[] }} */
export function articleText(elements) {
  let text = '';
  // What lies between the text so far and the next word: nothing, white space or a border.
  let gap = '';
  /** @type {Run[]} */
  const runs = [];

  /** @param {Node} node */
  const walk = (node) => {
    if (node instanceof Text) {
      let end = 0;
      for (const { 0: word, index } of node.data.matchAll(/[^\t\n\f\r ]+/g)) {
        if (index > end) gap ||= ' ';
        if (text) text += gap;
        gap = '';
        end = index + word.length;
        runs.push({ node, from: index, to: end, at: text.length });
        text += word;
      }
      if (node.length > end) gap ||= ' ';
    } else if (
      node instanceof Element &&
      !OUT.test(node.localName) &&
      !node.matches('[hidden],[aria-hidden=true i],[data-fehler-ignore]')
    ) {
      const border = BLOCK.test(node.localName);
      if (border) gap = '\n';
      node.childNodes.forEach(walk);
      if (border) gap = '\n';
    }
  };

  for (const element of elements) {
    gap = '\n';
    walk(element);
  }
  return { text, runs };
}

/**
 * Where a DOM range lies in the text, in UTF-16 units, without white space at its ends; nothing when it holds none of it.
 * @param {string} text
 * @param {Run[]} runs
 * @param {Range} range
 * @returns {[number, number] | undefined}
 */
export function locate(text, runs, range) {
  const first = runs.find(({ node, to }) => range.comparePoint(node, to) >= 0);
  const last = runs.findLast(({ node, from }) => range.comparePoint(node, from) <= 0);
  if (!first || !last) return undefined;
  let start = first.at + (range.comparePoint(first.node, first.from) < 0 ? range.startOffset - first.from : 0);
  let end = last.at + (range.comparePoint(last.node, last.to) > 0 ? range.endOffset : last.to) - last.from;
  while (/^[\s\uDC00-\uDFFF]/.test(text.slice(start, end))) start++;
  while (/[\s\uD800-\uDBFF]$/.test(text.slice(start, end))) end--;
  return start < end ? [start, end] : undefined;
}

/**
 * `start` and `end` count code points; `before` and `after` are the rest of the sentence, for showing.
 * @typedef {{ exact: string, prefix: string, suffix: string, start: number, end: number, before: string, after: string }} Passage
 */

// Between two sentences: a line's end, or white space after a full stop that follows four letters or more ("Dr.",
// "z. B." and "3." end nothing) or after a stronger mark, and before no small letter.
const GAP = /(?<=[\p{L}\d)]{4}\.|[!?…]|[.!?…][“”"»)])\s+(?=[^\s\p{Ll}])|\n/gu;

/** @param {string} text @param {number} start @param {number} end in UTF-16 units @returns {Passage} */
export function passage(text, start, end) {
  let left = 0;
  let right = text.length;
  for (const { 0: gap, index } of text.matchAll(GAP)) {
    if (index < start) left = Math.min(start, index + gap.length);
    if (index >= end) right = Math.min(right, index);
  }
  // From here on characters count, not UTF-16 units.
  const head = [...text.slice(0, start)];
  const exact = text.slice(start, end);
  const tail = [...text.slice(end, end + 1000)];
  left = Math.min(500, size(text.slice(left, start)));
  right = Math.min(500, size(text.slice(end, right)));
  let prefix = '';
  let suffix = '';
  for (let reach = end - start < 12 ? 64 : 32; reach < 600; reach *= 2) {
    prefix = head.slice(-Math.min(500, Math.max(left, reach))).join('');
    suffix = tail.slice(0, Math.min(500, Math.max(right, reach))).join('');
    const around = prefix + exact + suffix;
    if (text.indexOf(around) == text.lastIndexOf(around)) break;
  }
  return {
    exact,
    prefix,
    suffix,
    start: head.length,
    end: head.length + size(exact),
    before: head.slice(-left || head.length).join(''),
    after: tail.slice(0, right).join(''),
  };
}

/** @param {Passage} passage */
export const selectors = ({ exact, prefix, suffix, start, end }) => [
  { type: 'TextQuoteSelector', exact, prefix, suffix },
  { type: 'TextPositionSelector', start, end },
];

const ALIKE = ['"„“”«»', "'‚‘’‹›", '-‐‑–—', ' \n\u00A0\u202F'];

/**
 * Every place where typed words stand, forgiving about quotation marks, hyphens, spaces, soft hyphens and capitals;
 * whole words first.
 * @param {string} text
 * @param {string} words
 * @returns {[number, number][]}
 */
export function occurrences(text, words) {
  if (!words.trim()) return [];
  const source = Array.from(words.trim().normalize(), (char) => {
    const apart = char.normalize('NFD');
    const alike = ALIKE.find((set) => set.includes(char)) ?? char;
    return apart[1] ? `(?:${char}|${apart})` : `[${alike.replace(/[\\\]^-]/g, '\\$&')}]`;
  }).join('\u00AD?');
  for (const edge of ['[\\p{L}\\p{N}]', '$^']) {
    /** @type {[number, number][]} */
    const found = Array.from(text.matchAll(new RegExp(`(?<!${edge})${source}(?!${edge})`, 'giu')), ({ 0: { length }, index }) => [index, index + length]);
    if (found[0]) return found;
  }
  return [];
}

/** @typedef {['span' | 'del' | 'ins', string]} Change */

/** @param {string} text */
const split = (text) => text.match(/[\p{L}\p{N}\p{M}\u00AD]+|\s+|[^]/gu) ?? [];

/** The difference between two wordings, word by word. @param {string} before @param {string} after @returns {Change[]} */
export function diff(before, after) {
  const a = split(before);
  const b = split(after);
  // longest[i][j]: how many words the ends of both from i and j have in common.
  const longest = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length; i--; ) {
    for (let j = b.length; j--; ) {
      longest[i][j] = a[i] == b[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  /** @type {Change[]} */
  const changes = [];
  /** @param {Change[0]} kind @param {string} word */
  const push = (kind, word) => {
    const last = changes.at(-1);
    if (last?.[0] == kind) last[1] += word;
    else changes.push([kind, word]);
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] == b[j]) {
      push('span', a[i++]);
      j++;
    } else if (i < a.length && (j == b.length || longest[i + 1][j] >= longest[i][j + 1])) push('del', a[i++]);
    else push('ins', b[j++]);
  }
  return changes;
}
