// The dialog: opened by the loader with the reader's selection, or without one.
import { h, random, size } from './dom.js';
import { articleText, locate, roots } from './text.js';
import { passage, selectors } from './selectors.js';
import { facts } from './facts.js';
import { drafts } from './draft.js';
import { Job } from './send.js';
import { check, fields, plain, restore, showChange, showFaults, values } from './form.js';
import { place } from './place.js';
import { sent } from './sent.js';
import sheet from './style.js';

/**
 * @typedef {import('./loader.js').Host} Host
 * @typedef {import('./form.js').Words} Words
 * @typedef {import('./send.js').News} News
 * @typedef {Record<string, string | null> & { reporting?: boolean }} Site
 */

/** @type {Map<string, Job>} what is under way, also while no dialog is open */
const jobs = new Map();

/**
 * @param {Host} host
 * @param {Words} words
 * @param {Range | undefined} range
 * @param {HTMLElement} opener
 */
export function open(host, words, range, opener) {
  const shadow = /** @type {ShadowRoot} */ (host.shadowRoot);
  if (shadow.querySelector('dialog')) return;
  if (!shadow.adoptedStyleSheets.includes(sheet)) shadow.adoptedStyleSheets.push(sheet);

  const site = host.getAttribute('site') ?? '';
  const elements = roots(host);
  const article = articleText(elements);
  const about = facts(elements[0]);
  const at = range && locate(article, range);
  let marked = at && passage(article.text, ...at);
  const length = marked ? size(marked.exact) : 0;
  if (length > 2000) marked = undefined;

  const store = drafts(`${site} ${about.url}`);
  const all = store.read();
  let id = marked ? `${marked.start}-${marked.end}` : range ? '' : (Object.keys(all).at(-1) ?? '');
  let draft = all[id];
  marked ??= draft?.passage;
  const opened = performance.now();
  let typed = !!draft;
  let chosen = !!draft?.fields.kind;
  let proposed = '';

  const title = h('h2', { id: 'title' }, words.title);
  const close = h('button', { type: 'button', className: 'close', ariaLabel: words.close, part: 'close' }, '×');
  const f = fields(words);
  const news = h('div', { role: 'status' });
  const send = h('button', { className: 'send', part: 'submit' }, words.send);
  const links = h('footer');
  const form = h('form', { noValidate: true });
  const dialog = h('dialog', { lang: words.lang, part: 'dialog' });
  dialog.setAttribute('aria-labelledby', 'title');
  const where = place(words, article.text, about.lang, marked, () => {
    update();
    save();
  });
  const entries = h('div', {}, where.box, ...f.parts);
  form.append(entries, news, send);

  const note = (/** @type {string} */ text, bad = false) => news.replaceChildren(h('p', bad ? 'note bad' : 'note', text));
  const now = () => values(form);
  const kind = () => /** @type {import('./form.js').Kind} */ (now().kind);
  const quote = () => plain(where.passage?.exact ?? now().words?.trim() ?? '');

  function update() {
    const words_now = quote();
    if (!chosen) restore(form, { kind: words_now ? 'spelling' : 'fact' });
    if (f.suggestion.value == proposed) f.suggestion.value = words_now;
    proposed = words_now;
    const which = kind();
    f.suggestionBox.hidden = !words_now || which == 'display';
    if (which != 'display') label(f.suggestion, words.suggestion[which]);
    label(f.comment, words.comment[which]);
    f.sourceBox.hidden = which != 'fact';
    f.consentBox.hidden = !f.email.value.trim();
    f.legal.hidden = !words.legalWords.test(f.comment.value);
    showChange(f.change, words_now, f.suggestion.value);
  }

  /** @param {HTMLElement} control @param {string} text */
  const label = (control, text) => /** @type {HTMLElement} */ (form.querySelector(`#${control.id}-label`)).replaceChildren(text);

  function save() {
    if (!typed) return;
    const next = where.marked ? `${where.marked.start}-${where.marked.end}` : '';
    if (next != id) store.put(id);
    id = next;
    const { website, ...kept } = now();
    draft = { ...draft, fields: kept, passage: where.marked };
    store.put(id, draft);
  }

  const report = () => {
    const value = now();
    const found = where.passage;
    const wording = f.suggestionBox.hidden ? '' : value.suggestion.trim();
    const email = value.email.trim();
    const comment = [
      !found && value.words?.trim() && words.quoted(value.words.trim()),
      found && !f.suggestionBox.hidden && !wording && value.kind == 'spelling' && words.removal,
      value.comment.trim(),
    ].filter(Boolean);
    return {
      site,
      article: about,
      target: found && { source: about.url, selector: selectors(found) },
      part: (!found && value.part) || undefined,
      kind: value.kind,
      suggestion: wording && wording != quote() ? wording : undefined,
      comment: comment.join('\n\n') || undefined,
      source: (!f.sourceBox.hidden && link(value.source)) || undefined,
      contact: email ? { email, consent: f.consent.checked } : undefined,
      website: value.website,
    };
  };

  /** @param {News} told */
  const tell = ({ state, problem, receipt }) => {
    const sending = state == 'sending';
    entries.inert = sending;
    send.ariaDisabled = `${sending}`;
    send.textContent = sending ? words.sending : state == 'refused' ? words.send : words.retry;
    if (sending) news.replaceChildren();
    if (state == 'late') note(words.late);
    if (state == 'waiting') note(problem ? `${problem.detail ?? ''} ${words.busy}` : words.waiting);
    if (state == 'refused') refuse(problem);
    if (!receipt) return;
    jobs.delete(site + id);
    store.put(id);
    typed = false;
    const done = sent(words, receipt, !!f.email.value.trim());
    title.replaceWith(done.title);
    form.replaceWith(done.body);
    if (dialog.open) done.title.focus();
    range = undefined;
  };

  /** @param {import('./send.js').Problem} [problem] */
  const refuse = (problem) => {
    const rest = showFaults(form, problem?.errors ?? []);
    note([problem?.detail ?? (problem?.errors ? words.check : words.refused), ...rest].join(' '), true);
  };

  form.onsubmit = (event) => {
    event.preventDefault();
    let job = jobs.get(site + id);
    if (job?.news.state == 'sending') return;
    const content = report();
    const faults = check({ ...now(), source: content.source ?? '' }, words);
    if (!content.target && !content.suggestion && !content.comment) faults.push({ pointer: '/comment', detail: words.needed });
    showFaults(form, faults);
    if (faults[0]) return refuse({ errors: faults });
    const print = JSON.stringify(content);
    if (job?.print != print) {
      job?.stop();
      const again = draft?.print == print && draft;
      const key = (again && again.key) || random();
      const body = (again && again.body) || JSON.stringify({ ...content, elapsed_ms: Math.round(performance.now() - opened) });
      job = new Job(new URL('../api/v1/reports', import.meta.url).href, body, key, print);
      jobs.set(site + id, job);
      if (typed) {
        draft = { ...draft, fields: draft?.fields ?? {}, key, print, body };
        save();
      }
    }
    job.tell = tell;
    job.run();
  };

  form.oninput = (event) => {
    typed = true;
    if (/** @type {Element} */ (event.target).matches('[name=kind]')) chosen = true;
    update();
    save();
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

  if (length > 2000) entries.prepend(h('p', 'note', words.tooLong(length)));
  dialog.append(h('header', {}, title, close), form, links);
  const scheme = getComputedStyle(host).colorScheme;
  dialog.style.colorScheme = scheme == 'normal' ? 'light dark' : scheme;
  shadow.append(dialog);
  restore(form, draft?.fields ?? {});
  where.look();
  restore(form, draft?.fields ?? {});
  update();
  dialog.showModal();
  if (where.marked) f.suggestion.focus();
  const job = jobs.get(site + id);
  if (job) {
    job.tell = tell;
    tell(job.news);
  }
  siteFacts(site).then((told) => {
    f.consentText.append(words.consent(told.name || words.editors), ' ');
    for (const [name, text] of Object.entries(words.links)) {
      const href = told[name];
      if (!href || !/^https?:/.test(href)) continue;
      const anchor = () => h('a', { href, target: '_blank', rel: 'noopener' }, text);
      links.append(anchor());
      if (name == 'legal_url') f.legalLink.append(anchor());
      if (name == 'privacy_url') f.consentText.append(anchor());
    }
    if (told.reporting === false) note(words.closed, true);
  });
}

/** @param {string} text */
const link = (text) => (text.trim() && !/^https?:/i.test(text.trim()) ? `https://${text.trim()}` : text.trim());

/** The site's own links; without them the form works all the same. @param {string} site @returns {Promise<Site>} */
const siteFacts = async (site) => {
  try {
    const response = await fetch(new URL(`site/${encodeURIComponent(site)}.json`, import.meta.url), { credentials: 'omit' });
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
};
