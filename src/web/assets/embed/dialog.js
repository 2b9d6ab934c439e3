// The dialog: its form, where the mistake is, what is wrong with the fields, and open(), which the loader calls.
import { articleText, diff, locate, occurrences, passage, roots, selectors, size } from './text.js';
import { facts } from './facts.js';
import { Job, drafts, keep, random } from './send.js';
import sheet from './style.js';

/**
 * @typedef {typeof import('./de.js').default} Words
 * @typedef {import('./text.js').Passage} Passage
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
const h = (tag, props, ...children) => {
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
const link = (href, text) => h('a', { href, target: '_blank', rel: 'noopener' }, text);

/** @param {Node} input @param {...(Node | string)} content */
const choice = (input, ...content) => h('label', 'card', input, h('span', '', ...content));

/** @param {Words} words */
function fields(words) {
  const kinds = Object.entries(words.kinds).map(([value, [name, hint]]) =>
    choice(h('input', { type: 'radio', name: 'kind', value }), `${name} `, h('small', '', hint)),
  );
  const suggestion = h('textarea', { name: 'suggestion', rows: 1 });
  const change = h('p', 'change');
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

/** @param {Control} control @param {boolean} shown */
const show = (control, shown) => control.closest('.field')?.toggleAttribute('hidden', !shown);

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
function place(words, text, lang, marked, changed) {
  const typed = h('input', { name: 'words', autocomplete: 'off' });
  const part = h('select', { name: 'part' }, ...Object.entries(words.parts).map(([value, name]) => h('option', { value }, name)));
  const result = h('div', { role: 'status' });
  const away = h('button', { type: 'button', className: 'plain' }, words.elsewhere);
  const holder = h('div', '');
  const choices = h('div', { className: 'places', role: 'group', ariaLabel: words.which });
  let timer = 0;
  const state = {
    holder,
    /** The passage marked in the page. */
    marked,
    /** The one that the report is about. */
    found: marked,
    look() {
      clearTimeout(timer);
      timer = 0;
      if (state.marked) return;
      const all = occurrences(text, typed.value)
        .slice(0, 30)
        .map((at) => passage(text, ...at));
      const cards = all.map((one) => {
        const card = choice(h('input', { type: 'radio', name: 'place' }), sentence(one, lang));
        card.oninput = () => (state.found = one);
        return card;
      });
      state.found = all[1] ? undefined : all[0];
      result.replaceChildren(all[1] ? words.which : all[0] ? sentence(all[0], lang) : typed.value && words.notFound);
      choices.replaceChildren(...(all[1] ? cards : []));
      changed();
    },
    /** Looks now for what was typed just now. */
    settle: () => timer && state.look(),
  };
  const ask = () => {
    state.marked = state.found = undefined;
    holder.replaceChildren(field(typed, words.words, result, choices), field(part, words.part));
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
  if (marked) holder.append(h('figure', '', sentence(marked, lang), away));
  else ask();
  return state;
}

/** @param {HTMLFormElement} form @returns {Record<string, string>} */
const values = (form) => {
  /** @type {any} no field holds a file */
  const entries = new FormData(form);
  return Object.fromEntries(entries);
};

/** @param {HTMLFormElement} form @param {Record<string, string>} saved */
const restore = (form, saved) => {
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
const mark = (form, faults) => {
  for (const error of form.querySelectorAll('.error')) error.textContent = '';
  for (const control of form.elements) control.ariaInvalid = null;
  return faults.reverse().flatMap(({ pointer, detail }) => {
    const control = form.elements.namedItem(pointer.replace(/.*target.*|.*\//, ''));
    const error = control instanceof HTMLElement && control.offsetParent && control.closest('.field')?.querySelector('.error');
    if (!error) return detail;
    error.textContent = detail;
    control.ariaInvalid = 'true';
    control.focus();
    return [];
  });
};

/** @type {Map<string, Job>} what is under way, also while no dialog is open */
const jobs = new Map();
/** @type {HTMLDialogElement[]} the receipts of what arrived while its dialog was closed */
const arrived = [];

/**
 * @param {import('./loader.js').Host} host
 * @param {Words} words
 * @param {Range | undefined} range
 * @param {HTMLElement} opener gets the focus back
 */
export async function open(host, words, range, opener) {
  const root = host.shadowRoot;
  if (!root || root.querySelector('dialog')) return;
  root.adoptedStyleSheets = [root.adoptedStyleSheets[0], sheet];
  const news = arrived.pop();
  if (news) {
    root.append(news);
    return news.showModal();
  }

  const site = host.getAttribute('site') ?? '';
  const elements = roots(host);
  const { text, runs } = articleText(elements);
  const article = facts(elements[0]);
  const at = range && locate(text, runs, range);
  let marked = at && passage(text, ...at);
  const tooLong = size(marked?.exact ?? '') > 2000;
  if (tooLong) marked = undefined;

  const name = `fehlermelder ${site} ${article.url}`;
  const kept = drafts(name);
  let id = marked ? `${marked.start}` : range ? '' : (Object.keys(kept).at(-1) ?? '');
  /** @type {import('./send.js').Draft | undefined} */
  let draft = kept[id];
  marked ??= draft?.passage;
  let kind = draft?.fields.kind;
  let proposed = '';
  /** @type {Job | undefined} */
  let job;
  const since = Date.now();
  /** @type {any} what the site says of itself */
  let told = {};

  const title = h('h2', { tabIndex: -1 }, words.title);
  const close = h('button', { className: 'close', part: 'close', ariaLabel: words.close }, '×');
  const { boxes, suggestion, change, comment, legal, source, email, consent } = fields(words);
  const where = place(words, text, article.lang ?? '', marked, () => touch());
  const reason = h('p', { className: 'note', role: 'status' });
  const entries = h('div', '', where.holder, reason, ...boxes);
  const status = h('div', { role: 'status' });
  const send = h('button', { className: 'send', part: 'submit' }, words.send);
  const form = h('form', { noValidate: true }, entries, status, send);
  const footer = h('footer', '');
  const dialog = h('dialog', { lang: words.lang, part: 'dialog', ariaLabel: words.title }, h('header', '', title, close), form, footer);

  /** The words as the reader sees them: nobody sees a soft hyphen. */
  const quote = () => (where.found?.exact ?? values(form).words?.trim() ?? '').replace(/\u00AD/g, '');
  /** @param {string[]} text */
  const note = (...text) => status.replaceChildren(h('p', 'note', text.join(' ')));

  const update = () => {
    const now = quote();
    restore(form, { kind: kind || (now ? 'spelling' : 'fact') });
    const which = values(form).kind;
    /** @type {Record<string, string[]>} */
    const kinds = words.kinds;
    if (suggestion.value == proposed) suggestion.value = now;
    proposed = now;
    show(suggestion, !!now && which != 'display');
    change.replaceChildren(...(suggestion.value == now ? [] : diff(now, suggestion.value).map(([tag, text]) => h(tag, '', text))));
    comment.previousElementSibling?.replaceChildren(kinds[which][2]);
    legal.hidden = !new RegExp(told.claims ?? '.^', 'iu').test(comment.value);
    // Why it is no error here, where the site says so.
    reason.hidden = !(reason.textContent = { __proto__: null, ...told.known }[now.toLowerCase()] ?? '');
    show(source, which == 'fact');
    show(email, told.consent);
    show(consent, (consent.required = told.consent && email.value));
  };

  const save = () => {
    // Anew: another passage's dialog may have kept or sent something since.
    const all = drafts(name);
    delete all[id];
    id = where.marked ? `${where.marked.start}` : '';
    if (draft) all[id] = Object.assign(draft, { fields: { ...values(form), kind }, passage: where.marked });
    keep(name, all);
  };

  const touch = () => {
    // What waits to be sent is no longer what the reader says.
    if (job) {
      job.stop();
      jobs.delete(name + id);
      job = undefined;
      send.textContent = words.send;
      status.replaceChildren();
    }
    update();
    save();
  };

  const report = () => {
    const value = values(form);
    const { found } = where;
    const wording = suggestion.offsetParent ? value.suggestion.trim() : quote();
    const said = [
      value.words && !found && words.quoted + value.words,
      !wording && found && value.kind == 'spelling' && words.removal,
      value.comment.trim(),
    ];
    return {
      site,
      article,
      target: found && { source: article.url, selector: selectors(found) },
      part: (!found && value.part) || undefined,
      kind: value.kind,
      suggestion: wording == quote() ? undefined : wording || undefined,
      comment: said.filter(Boolean).join('\n\n') || undefined,
      source: (value.kind == 'fact' && value.source) || undefined,
      contact: email.offsetParent && value.email ? { email: value.email, consent: consent.checked } : undefined,
      website: value.website,
      insisted: !reason.hidden || undefined,
    };
  };

  /** @param {import('./send.js').Problem} [problem] */
  const refuse = ({ detail = words.check, errors = [] } = {}) => note(detail, ...mark(form, errors));

  /** @param {Job} job */
  const tell = ({ state, answer }) => {
    const sending = state == 'sending';
    entries.inert = sending;
    send.ariaDisabled = `${sending}`;
    send.textContent = sending ? words.sending : state == 'refused' ? words.send : words.retry;
    status.replaceChildren();
    if (state == 'late') note(words.late);
    if (state == 'waiting') note(answer?.detail ?? words.offline, words.waiting);
    if (state == 'refused') {
      refuse(answer);
      if (!dialog.open) host.notify(words.check);
    }
    if (state != 'done' || !answer) return;
    jobs.delete(name + id);
    draft = range = undefined;
    save();
    title.textContent = words.thanks;
    form.replaceWith(
      h('p', 'reference', answer.ticket),
      h('p', '', email.value ? words.confirm : words.keep),
      Object.assign(link(answer.status_url, words.status), { className: 'send' }),
    );
    if (dialog.open) return title.focus();
    arrived.push(dialog);
    host.notify(`${words.thanks} ${answer.ticket}`);
  };

  form.onsubmit = (event) => {
    event.preventDefault();
    where.settle();
    if (job?.state == 'sending') return;
    if (source.value && !/:/.test(source.value)) source.value = `https://${source.value}`;
    const content = report();
    comment.required = !content.target && !content.suggestion && !content.comment;
    /** @type {Record<string, string>} */
    const faults = words.faults;
    const errors = [comment, source, email, consent]
      .filter((control) => control.offsetParent && !control.checkValidity())
      .map(({ name }) => ({ pointer: name, detail: faults[name] }));
    if (errors[0]) return refuse({ errors });
    mark(form, []);
    const print = JSON.stringify(content);
    if (job?.sent.print != print) {
      const sent = draft?.sent?.print == print ? draft.sent : { print, key: random(), lang: words.lang, body: JSON.stringify({ ...content, elapsed_ms: Date.now() - since }) };
      jobs.set(name + id, (job = new Job(sent)));
      if (draft) draft.sent = sent;
      save();
    }
    job.tell = tell;
    send.focus();
    job.run();
  };
  form.oninput = ({ target }) => {
    draft ??= { fields: {} };
    if (target instanceof HTMLInputElement && target.name == 'kind') kind = target.value;
    touch();
  };
  close.onclick = () => dialog.close();
  dialog.onclose = () => {
    dialog.remove();
    if (range) {
      getSelection()?.removeAllRanges();
      getSelection()?.addRange(range);
      host.show(range);
    }
    opener.focus({ preventScroll: true });
  };

  if (tooLong) entries.prepend(h('p', 'note', words.tooLong));
  // A page that says nothing about its colours gets those of the reader's system.
  dialog.style.colorScheme = getComputedStyle(host).colorScheme.replace('normal', 'light dark');
  root.append(dialog);
  restore(form, draft?.fields ?? {});
  where.look();
  update();
  dialog.showModal();
  if (marked) suggestion.focus();
  job = jobs.get(name + id);
  if (job) {
    job.tell = tell;
    tell(job);
  }

  // The site's own links and the sentence an address is left under; without them the form works all the same.
  told = await fetch(new URL(`site/${site}.json?lang=${words.lang}&url=${encodeURIComponent(article.url)}`, import.meta.url))
    .then((response) => response.json())
    .catch(() => ({}));
  consent.nextElementSibling?.append(told.consent?.[words.lang] ?? '');
  update();
  for (const [name, text] of Object.entries(words.links)) {
    const href = told[name];
    if (!/^https?:/.test(href)) continue;
    footer.append(link(href, text));
    if (name == 'legal_url') legal.append(link(href, text));
    if (name == 'privacy_url') consent.parentElement?.after(link(href, text));
  }
  if (told.reporting == false) note(words.closed);
}
