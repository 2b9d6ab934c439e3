// The fields of the form: what is shown when, what is wrong with them, and the words in them.
import { h, size } from './dom.js';
import { diff } from './diff.js';

/**
 * @typedef {typeof import('./de.js').default} Words
 * @typedef {'spelling' | 'fact' | 'display'} Kind
 * @typedef {{ pointer: string, detail: string }} Fault
 * @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Control
 */

const MOST = { suggestion: 2000, comment: 5000, source: 2000, email: 254 };

/** Without soft hyphens, which nobody sees. @param {string} text */
export const plain = (text) => text.replace(/\u00AD/g, '');

/** @param {Control} control @param {string} label @param {(Node | false | string)[]} more */
export const field = (control, label, ...more) => {
  control.id = control.name;
  return h(
    'div',
    'field',
    h('label', { htmlFor: control.id }, h('span', { id: `${control.id}-label` }, label)),
    ...more,
    control,
    h('p', { className: 'error', id: `${control.id}-error`, hidden: true }),
  );
};

/** @param {Words} words */
export function fields(words) {
  /** @param {string} text */
  const optional = (text) => h('small', {}, ` ${text}`);
  const kinds = /** @type {Kind[]} */ (Object.keys(words.kinds)).map((value) =>
    h(
      'label',
      {},
      h('input', { type: 'radio', name: 'kind', value }),
      h('span', {}, words.kinds[value][0], ' ', h('small', {}, words.kinds[value][1])),
    ),
  );
  const suggestion = h('textarea', { name: 'suggestion', rows: 2, autocomplete: 'off' });
  const change = h('p', { className: 'change', ariaLabel: words.change, role: 'group' });
  const comment = h('textarea', { name: 'comment', rows: 2 });
  const legalLink = h('span');
  const legal = h('p', { className: 'note', role: 'status', hidden: true }, words.legal, ' ', legalLink);
  const source = h('input', { name: 'source', inputMode: 'url', autocomplete: 'off', placeholder: 'https://' });
  const email = h('input', { name: 'email', type: 'email', autocomplete: 'email' });
  const consent = h('input', { name: 'consent', type: 'checkbox', id: 'consent' });
  const consentText = h('span');
  const consentBox = h(
    'div',
    'field',
    h('label', 'tick', consent, consentText),
    h('p', { className: 'error', id: 'consent-error', hidden: true }),
  );
  const suggestionBox = field(suggestion, '', change);
  suggestionBox.append(change);
  const sourceBox = field(source, words.source, optional(words.optional));
  const parts = [
    h('fieldset', { role: 'radiogroup' }, h('legend', {}, words.kind), h('div', 'kinds', ...kinds)),
    suggestionBox,
    field(comment, ''),
    legal,
    sourceBox,
    field(email, words.email, optional(words.optional)),
    consentBox,
    h('div', { className: 'trap', ariaHidden: 'true' }, h('input', { name: 'website', tabIndex: -1, autocomplete: 'off' })),
  ];
  return { parts, suggestion, suggestionBox, change, comment, legal, legalLink, source, sourceBox, email, consent, consentText, consentBox };
}

/** @param {HTMLElement} box @param {string} before @param {string} after */
export function showChange(box, before, after) {
  box.replaceChildren(
    ...diff(before, after).map(([kind, text]) => (kind == 'same' ? text : h(kind, {}, text))),
  );
  box.hidden = before == after;
}

/** @param {HTMLFormElement} form @returns {Record<string, string>} */
export const values = (form) => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));

/** @param {HTMLFormElement} form @param {Record<string, string>} saved */
export function restore(form, saved) {
  for (const [name, value] of Object.entries(saved)) {
    const control = form.elements.namedItem(name);
    if (control instanceof HTMLInputElement && control.type == 'checkbox') control.checked = true;
    else if (control) /** @type {RadioNodeList | Control} */ (control).value = value;
  }
}

/** What can be said without asking the server. @param {Record<string, string>} value @param {Words} words @returns {Fault[]} */
export function check(value, words) {
  /** @type {Fault[]} */
  const faults = [];
  for (const [name, most] of Object.entries(MOST)) {
    const length = size(value[name]);
    if (length > most) faults.push({ pointer: `/${name}`, detail: words.over(length, most) });
  }
  if (value.source && !URL.canParse(value.source)) faults.push({ pointer: '/source', detail: words.sourceWrong });
  if (value.email && !/^\S+@\S+\.\S+$/.test(value.email)) faults.push({ pointer: '/contact/email', detail: words.emailWrong });
  else if (value.email && !value.consent) faults.push({ pointer: '/contact/consent', detail: words.consentNeeded });
  return faults;
}

/**
 * Puts each fault next to its field, and the focus on the first.
 * @param {HTMLFormElement} form
 * @param {Fault[]} faults
 * @returns {string[]} what belongs to no field that is shown
 */
export function showFaults(form, faults) {
  for (const error of form.querySelectorAll('.error')) error.toggleAttribute('hidden', true);
  for (const control of form.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
  /** @type {HTMLElement | undefined} */
  let first;
  const rest = [];
  for (const { pointer, detail } of faults) {
    const name = /^#?\/target/.test(pointer) ? '' : pointer.split('/').at(-1);
    const error = name && form.querySelector(`#${CSS.escape(name)}-error`);
    const control = name && form.elements.namedItem(name);
    if (!error || !(control instanceof HTMLElement) || !control.offsetParent) {
      rest.push(detail);
      continue;
    }
    error.textContent = detail;
    error.toggleAttribute('hidden', false);
    control.ariaInvalid = 'true';
    control.setAttribute('aria-describedby', error.id);
    first ??= control;
  }
  first?.focus();
  return rest;
}
