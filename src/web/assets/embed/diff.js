// The difference between two wordings, word by word.

/** @typedef {['same' | 'del' | 'ins', string]} Change */

/** @param {string} text */
const words = (text) => text.match(/[\p{L}\p{N}\p{M}\u00AD]+|\s+|[^]/gu) ?? [];

/** @param {string} before @param {string} after @returns {Change[]} */
export function diff(before, after) {
  const a = words(before);
  const b = words(after);
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
      push('same', a[i++]);
      j++;
    } else if (i < a.length && (j == b.length || longest[i + 1][j] >= longest[i][j + 1])) push('del', a[i++]);
    else push('ins', b[j++]);
  }
  return changes;
}
