// What the reader sees once the server has the report.
import { h } from './dom.js';

/** @param {import('./form.js').Words} words @param {import('./send.js').Receipt} receipt @param {boolean} mail */
export function sent(words, { ticket, status_url }, mail) {
  const title = h('h2', { id: 'title', tabIndex: -1 }, words.thanks);
  const safe = /^https?:/.test(status_url);
  const copy = h('button', { type: 'button', className: 'plain' }, words.copy);
  copy.onclick = () => navigator.clipboard.writeText(status_url).then(() => (copy.textContent = words.copied));
  const body = h(
    'div',
    {},
    h('p', 'soft', words.reference),
    h('p', 'reference', ticket),
    h('p', {}, mail ? words.confirm : words.keep),
    safe && h('p', 'row', h('a', { href: status_url, target: '_blank', rel: 'noopener' }, words.status), navigator.clipboard && copy),
  );
  return { title, body };
}
