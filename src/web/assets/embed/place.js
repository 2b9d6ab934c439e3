// Where the mistake is: the marked passage, words typed in and looked for, or a part of the article.
import { h } from './dom.js';
import { field } from './form.js';
import { occurrences, passage as passageAt } from './selectors.js';

/**
 * @typedef {import('./selectors.js').Passage} Passage
 * @typedef {import('./form.js').Words} Words
 */

const SHOWN = 12;

/** The words in their sentence. @param {Passage} passage @param {string} [lang] */
export const sentence = ({ before, exact, after }, lang) =>
  h('span', { dir: 'auto', ...(lang && { lang }) }, before, h('bdi', {}, h('mark', {}, exact)), after);

/**
 * @param {Words} words
 * @param {string} text the article's
 * @param {string | undefined} lang
 * @param {Passage | undefined} marked
 * @param {() => void} changed
 */
export function place(words, text, lang, marked, changed) {
  /** @type {Passage | undefined} */
  let found;
  let timer = 0;
  const input = h('input', { name: 'words', autocomplete: 'off', type: 'text' });
  const hint = h('p', { className: 'soft', id: 'words-hint' }, words.wordsHint);
  input.setAttribute('aria-describedby', hint.id);
  const result = h('div', { role: 'status' });
  const part = h('select', { name: 'part' }, ...Object.entries(words.parts).map(([value, name]) => h('option', { value }, name)));
  const box = h('div');

  const look = () => {
    const all = occurrences(text, input.value).map(([start, end]) => passageAt(text, start, end));
    found = all.length == 1 ? all[0] : undefined;
    result.replaceChildren();
    if (!input.value.trim()) return;
    if (!all[0]) result.append(h('p', 'soft', words.notFound));
    if (found) result.append(h('blockquote', {}, sentence(found, lang)));
    if (!all[1]) return;
    const choices = all.slice(0, SHOWN).map((one, index) => {
      const radio = h('input', { type: 'radio', name: 'place', value: `${index}` });
      radio.onchange = () => {
        found = one;
        changed();
      };
      return h('label', {}, radio, sentence(one, lang));
    });
    result.append(h('fieldset', {}, h('legend', {}, words.which), h('div', 'places', ...choices)));
    if (all[SHOWN]) result.append(h('p', 'soft', words.more));
  };

  input.oninput = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      look();
      changed();
    }, 250);
  };

  const draw = () => {
    if (marked) {
      const away = h('button', { type: 'button', className: 'plain' }, words.elsewhere);
      away.onclick = () => {
        marked = undefined;
        draw();
        changed();
        input.focus();
      };
      box.replaceChildren(
        h('figure', { ariaLabel: words.passage }, h('blockquote', { tabIndex: 0 }, sentence(marked, lang)), h('figcaption', {}, away)),
      );
    } else {
      const typed = field(input, words.words, hint);
      typed.append(result);
      box.replaceChildren(typed, field(part, words.part));
    }
  };
  draw();
  return {
    box,
    look,
    /** The passage the report is about, if it is about one. */
    get passage() {
      return marked ?? found;
    },
    get marked() {
      return marked;
    },
  };
}
