// The form: where the mistake is, the fields, the words typed into them, and what is wrong with them.
import { occurrences, passage } from './text.js';

/**
 * @typedef {typeof import('./de.js').default} Words
 * @typedef {keyof Words['kinds']} Kind
 * @typedef {import('./text.js').Passage} Passage
 * @typedef {['span' | 'del' | 'ins', string]} Change
 * @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Control
 */

/**
 * Builds an element without markup: passes Trusted Types, and no text of a page can become markup.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown> | string} props a string is the class
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export const h = (tag, props, ...children) => {
  const element = Object.assign(document.createElement(tag), typeof props == 'string' ? { className: props } : props);
  element.append(...children);
  return element;
};

/** A field with room for its fault. @param {Control} control @param {...Node} more */
const box = (control, ...more) => {
  const id = `${control.name}-error`;
  control.setAttribute('aria-describedby', id);
  return h('div', 'field', ...more, h('p', { className: 'error', id }));
};

/** @param {Control} control @param {string} [label] @param {...Node} more */
const field = (control, label = '', ...more) => box(control, h('label', { htmlFor: (control.id = control.name) }, label), control, ...more);

/** @param {string} href @param {string} text */
export const link = (href, text) => h('a', { href, target: '_blank', rel: 'noopener' }, text);

/** @param {Node} input @param {...(Node | string)} content */
const choice = (input, ...content) => h('label', 'card', input, h('span', '', ...content));

/** @param {Words} words */
export function fields(words) {
  const kinds = Object.entries(words.kinds).map(([value, [name, hint]]) =>
    choice(h('input', { type: 'radio', name: 'kind', value }), `${name} `, h('small', '', hint)),
  );
  const suggestion = h('textarea', { name: 'suggestion', rows: 1 });
  const change = h('p', { className: 'change', role: 'group', ariaLabel: words.change });
  const comment = h('textarea', { name: 'comment', rows: 1 });
  const legal = h('p', { className: 'note', role: 'status' }, words.legal);
  const source = h('input', { name: 'source', type: 'url', placeholder: 'https://' });
  const email = h('input', { name: 'email', type: 'email', autocomplete: 'email' });
  const consent = h('input', { name: 'consent', type: 'checkbox' });
  const website = h('input', { name: 'website', tabIndex: -1, autocomplete: 'off' });
  const boxes = [
    h('fieldset', '', h('legend', '', words.kind), h('div', 'kinds', ...kinds)),
    field(suggestion, words.suggestion, change),
    field(comment, '', legal),
    field(source, words.source),
    field(email, words.email),
    box(consent, choice(consent)),
    h('div', { className: 'trap', ariaHidden: 'true' }, website),
  ];
  return { boxes, suggestion, change, comment, legal, source, email, consent };
}

/** @param {Control} control @param {boolean} shown @param {string} [label] */
export const show = (control, shown, label) => {
  control.closest('.field')?.toggleAttribute('hidden', !shown);
  if (label && control.labels) control.labels[0].textContent = label;
};

/** The words in their sentence. @param {Passage} passage @param {string} lang */
const sentence = ({ before, exact, after }, lang) =>
  h('blockquote', { lang, dir: 'auto' }, before, h('bdi', '', h('mark', '', exact)), after);

/**
 * Where the mistake is: the marked passage, or words typed in and looked for, or a part of the article.
 * @param {Words} words
 * @param {string} text the article's
 * @param {string} lang the article's
 * @param {Passage | undefined} marked
 * @param {() => void} changed
 */
export function place(words, text, lang, marked, changed) {
  const typed = h('input', { name: 'words', autocomplete: 'off' });
  const part = h('select', { name: 'part' }, ...Object.entries(words.parts).map(([value, name]) => h('option', { value }, name)));
  const result = h('div', { role: 'status' });
  const away = h('button', { type: 'button', className: 'plain' }, words.elsewhere);
  const holder = h('div', '');
  /** @type {number} */
  let timer;
  const state = {
    holder,
    /** The passage marked in the page. */
    marked,
    /** The one that the report is about. */
    found: marked,
    look() {
      if (state.marked) return;
      const all = typed.value.trim() ? occurrences(text, typed.value).map((at) => passage(text, ...at)) : [];
      state.found = all[1] ? undefined : all[0];
      result.replaceChildren(
        all[1]
          ? h(
              'fieldset',
              'places',
              h('legend', '', words.which),
              ...all.slice(0, 30).map((one) => {
                const card = choice(h('input', { type: 'radio', name: 'place' }), sentence(one, lang));
                card.onchange = () => (state.found = one);
                return card;
              }),
            )
          : all[0]
            ? sentence(all[0], lang)
            : typed.value && words.notFound,
      );
      changed();
    },
  };
  const ask = () => {
    state.marked = state.found = undefined;
    holder.replaceChildren(field(typed, words.words, result), field(part, words.part));
  };
  typed.oninput = () => {
    clearTimeout(timer);
    timer = setTimeout(state.look, 250);
  };
  away.onclick = () => {
    ask();
    changed();
    typed.focus();
  };
  if (marked) holder.append(h('figure', { ariaLabel: words.passage }, sentence(marked, lang), away));
  else ask();
  return state;
}

/** @param {HTMLFormElement} form @returns {Record<string, string>} */
export const values = (form) => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, `${value}`.trim()]));

/** @param {HTMLFormElement} form @param {Record<string, string>} saved */
export const restore = (form, saved) => {
  for (const name in saved) {
    /** @type {any} */
    const control = form.elements.namedItem(name);
    if (control?.type == 'checkbox') control.checked = true;
    else if (control) control.value = saved[name];
  }
};

/**
 * Puts each fault next to its field, and the focus on the first.
 * @param {HTMLFormElement} form
 * @param {{ pointer: string, detail: string }[]} faults
 * @returns {string[]} what belongs to no field that is shown
 */
export const mark = (form, faults) => {
  for (const error of form.querySelectorAll('.error')) error.textContent = '';
  for (const control of form.elements) control.ariaInvalid = null;
  return faults.reverse().flatMap(({ pointer, detail }) => {
    const name = /target/.test(pointer) ? '' : pointer.replace(/.*\//, '');
    const control = form.elements.namedItem(name);
    const error = form.querySelector(`[id="${CSS.escape(name)}-error"]`);
    if (!error || !(control instanceof HTMLElement && control.offsetParent)) return detail;
    error.textContent = detail;
    control.ariaInvalid = 'true';
    control.focus();
    return [];
  });
};

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
