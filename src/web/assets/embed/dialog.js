// The dialog: opened by the loader with the reader's selection, or without one.
import { articleText, locate, passage, roots, selectors, size } from './text.js';
import { facts } from './facts.js';
import { diff, fields, h, link, mark, place, restore, show, values } from './form.js';
import { Job, drafts, keep, random } from './send.js';
import sheet from './style.js';

/** @type {Map<string, Job>} what is under way, also while no dialog is open */
const jobs = new Map();

/**
 * @param {import('./loader.js').Host} host
 * @param {import('./form.js').Words} words
 * @param {Range | undefined} range
 * @param {HTMLElement} opener gets the focus back
 */
export async function open(host, words, range, opener) {
  const root = host.shadowRoot;
  if (!root || root.querySelector('dialog')) return;
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);

  const site = host.getAttribute('site') ?? '';
  const elements = roots(host);
  const { text, runs } = articleText(elements);
  const article = facts(elements[0]);
  const at = range && locate(text, runs, range);
  let marked = at && passage(text, ...at);
  const tooLong = size(marked?.exact ?? '') > 2000;
  if (tooLong) marked = undefined;

  const name = `fehlermelder ${site} ${article.url}`;
  const all = drafts(name);
  let id = marked ? `${marked.start}` : range ? '' : (Object.keys(all).at(-1) ?? '');
  /** @type {import('./send.js').Draft | undefined} */
  let draft = all[id];
  marked ??= draft?.passage;
  let kind = draft?.fields.kind;
  let proposed = '';
  /** @type {Job | undefined} */
  let job;
  const since = Date.now();

  const title = h('h2', { id: 'title', tabIndex: -1 }, words.title);
  const close = h('button', { className: 'close', part: 'close', ariaLabel: words.close }, '×');
  const { boxes, suggestion, change, comment, legal, source, email, consent } = fields(words);
  const where = place(words, text, article.lang ?? '', marked, () => touch());
  const entries = h('div', '', where.holder, ...boxes);
  const news = h('div', { role: 'status' });
  const send = h('button', { className: 'send', part: 'submit' }, words.send);
  const form = h('form', { noValidate: true }, entries, news, send);
  const footer = h('footer', '');
  const dialog = h('dialog', { lang: words.lang, part: 'dialog' }, h('header', '', title, close), form, footer);
  dialog.setAttribute('aria-labelledby', 'title');

  /** The words as the reader sees them: nobody sees a soft hyphen. */
  const quote = () => (where.found?.exact ?? values(form).words ?? '').replace(/\u00AD/g, '');
  /** @param {string[]} text */
  const note = (...text) => news.replaceChildren(h('p', 'note', text.join(' ')));

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
    show(comment, true, kinds[which][2]);
    legal.hidden = !words.claims.test(comment.value);
    show(source, which == 'fact');
    show(consent, (consent.required = !!email.value));
  };

  const save = () => {
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
      news.replaceChildren();
      send.textContent = words.send;
    }
    update();
    save();
  };

  const report = () => {
    const value = values(form);
    const { found } = where;
    const wording = !suggestion.offsetParent || value.suggestion == quote() ? undefined : value.suggestion;
    const said = [
      value.words && !found && words.quoted + value.words,
      wording == '' && value.kind == 'spelling' && words.removal,
      value.comment,
    ];
    return {
      site,
      article,
      target: found && { source: article.url, selector: selectors(found) },
      part: (!found && value.part) || undefined,
      kind: value.kind,
      suggestion: wording || undefined,
      comment: said.filter(Boolean).join('\n\n') || undefined,
      source: (value.kind == 'fact' && value.source) || undefined,
      contact: value.email ? { email: value.email, consent: consent.checked } : undefined,
      website: value.website,
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
    news.replaceChildren();
    if (state == 'late') note(words.late);
    if (state == 'waiting') note(answer?.detail ?? words.offline, words.waiting);
    if (state == 'refused') refuse(answer);
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
    if (dialog.open) title.focus();
    else host.notify(`${words.thanks} ${answer.ticket}`);
  };

  form.onsubmit = (event) => {
    event.preventDefault();
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
      const sent = draft?.sent?.print == print ? draft.sent : { print, key: random(), body: JSON.stringify({ ...content, elapsed_ms: Date.now() - since }) };
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
  const scheme = getComputedStyle(host).colorScheme;
  dialog.style.colorScheme = scheme == 'normal' ? 'light dark' : scheme;
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

  // The site's own links; without them the form works all the same.
  const told = await fetch(new URL(`site/${encodeURIComponent(site)}.json`, import.meta.url), { credentials: 'omit' })
    .then((response) => response.json())
    .catch(() => ({}));
  consent.nextElementSibling?.append((told.name ?? words.editors) + words.consent);
  for (const [name, text] of Object.entries(words.links)) {
    const href = told[name];
    if (!/^https?:/.test(href)) continue;
    footer.append(link(href, text));
    if (name == 'legal_url') legal.append(link(href, text));
    if (name == 'privacy_url') consent.parentElement?.after(link(href, text));
  }
  if (told.reporting === false) note(words.closed);
}
