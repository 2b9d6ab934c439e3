// From a place in the text to W3C selectors, with enough around it to find it again after edits.
import { size } from './dom.js';

/**
 * @typedef {{ exact: string, prefix: string, suffix: string, start: number, end: number, before: string, after: string }} Passage
 * `start` and `end` count code points; `before` and `after` are the rest of the sentence, for showing.
 */

const MOST = 500;
// A sentence ends at a line, or after a word of four or more letters with a full stop: "Dr.", "z. B." and "3." do not end one.
const END = /\n|(?:[\p{L}\p{N})%”“"’»]{4}\.|[!?…])[”“"’»«)\]]*\s+(?=[\p{Lu}\p{N}„“"»«‚‘(–])/gu;

/** The ends of the sentences that hold a place. @param {string} text @param {number} start @param {number} end */
function sentence(text, start, end) {
  const from = Math.max(0, start - MOST);
  let left = from;
  for (const { 0: stop, index } of text.slice(from, start).matchAll(END)) left = from + index + stop.length;
  // The sentence's end may lie in the marked words themselves.
  const tail = Math.max(start, end - 8);
  END.lastIndex = 0;
  for (const { 0: stop, index } of text.slice(tail, end + MOST).matchAll(END)) {
    const at = tail + index + stop.trimEnd().length;
    if (at >= end) return [left, at];
  }
  return [left, Math.min(text.length, end + MOST)];
}

/** @param {string} text @param {number} at not in the middle of a surrogate pair */
const whole = (text, at) => (/[\uDC00-\uDFFF]/.test(text[at] ?? '') ? at - 1 : at);

/** @param {string} text @param {number} start @param {number} end in UTF-16 units @returns {Passage} */
export function passage(text, start, end) {
  const [left, right] = sentence(text, start, end).map((at) => whole(text, at));
  let reach = end - start < 12 ? 64 : 32;
  let from = 0;
  let to = 0;
  do {
    from = whole(text, Math.max(0, start - MOST, Math.min(left, start - reach)));
    to = whole(text, Math.min(text.length, end + MOST, Math.max(right, end + reach)));
    reach *= 2;
  } while (reach < MOST * 2 && text.indexOf(text.slice(from, to)) != text.lastIndexOf(text.slice(from, to)));
  const exact = text.slice(start, end);
  const first = size(text.slice(0, start));
  return {
    exact,
    prefix: text.slice(from, start),
    suffix: text.slice(end, to),
    start: first,
    end: first + size(exact),
    before: text.slice(left, start),
    after: text.slice(end, right),
  };
}

/** @param {Passage} passage */
export const selectors = ({ exact, prefix, suffix, start, end }) => [
  { type: 'TextQuoteSelector', exact, prefix, suffix },
  { type: 'TextPositionSelector', start, end },
];

/**
 * Every place where typed words stand, forgiving about quotation marks, hyphens, spaces, soft hyphens and capitals.
 * @param {string} text
 * @param {string} words
 * @returns {[number, number][]}
 */
export function occurrences(text, words) {
  const pattern = [...words.trim().normalize()]
    .map((char) => {
      if (/\s/.test(char)) return '\\s+';
      if (/["„“”«»]/.test(char)) return '["„“”«»]';
      if (/['‚‘’‹›]/.test(char)) return "['‚‘’‹›]";
      if (/[-‐‑–—]/.test(char)) return '[-‐‑–—]';
      return [char, char.normalize('NFD')].map((form) => form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
    })
    .map((choice) => `(?:${choice})`)
    .join('\u00AD?');
  if (!pattern) return [];
  /** @param {string} source @returns {[number, number][]} */
  const all = (source) => Array.from(text.matchAll(new RegExp(source, 'giu')), (match) => [match.index, match.index + match[0].length]);
  const words_only = all(`(?<![\\p{L}\\p{N}])${pattern}(?![\\p{L}\\p{N}])`);
  return words_only[0] ? words_only : all(pattern);
}
