// The mails that the demo wrote into its data folder, read back as a mail program would.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @typedef {object} Mail
 * @property {string} id       name of the file without `.eml`
 * @property {Record<string, string>} headers  by lower-case name
 * @property {string} to
 * @property {string} subject
 * @property {string} text
 * @property {string} html
 */

/**
 * @param {string} data the demo's data folder
 * @param {Mail[]} [earlier] mails that are known already
 * @returns {Promise<Mail[]>}
 */
export async function readMails(data, earlier = []) {
  const folder = join(data, 'mails');
  const known = new Set(earlier.map(({ id }) => `${id}.eml`));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml') && !known.has(name)).sort();
  return Promise.all(names.map(async (name) => read(name.slice(0, -4), await readFile(join(folder, name), 'latin1'))));
}

/** @param {string} id @param {string} source @returns {Mail} */
function read(id, source) {
  const { headers, parts } = entity(source);
  const body = (/** @type {string} */ type) => parts.find((part) => part.type === type)?.text.replaceAll('\r\n', '\n') ?? '';
  return { id, headers, to: headers.to ?? '', subject: words(headers.subject ?? ''), text: body('text/plain'), html: body('text/html') };
}

/** @param {string} source @returns {{ headers: Record<string, string>, parts: { type: string, text: string }[] }} */
function entity(source) {
  const end = source.indexOf('\r\n\r\n');
  const unfolded = source.slice(0, end).replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = Object.fromEntries(unfolded.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  const body = source.slice(end + 4);
  const type = headers['content-type'] ?? 'text/plain';
  const boundary = type.match(/boundary="?([^";]+)"?/i)?.[1];
  if (boundary) {
    const inner = body.split(`--${boundary}`).slice(1, -1);
    return { headers, parts: inner.flatMap((part) => entity(part.replace(/^\r\n/, '')).parts) };
  }
  const text = decode(body, headers['content-transfer-encoding'] ?? '7bit').toString('utf8');
  return { headers, parts: [{ type: type.split(';')[0].trim().toLowerCase(), text }] };
}

/** @param {string} body @param {string} encoding */
function decode(body, encoding) {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64');
  if (/quoted-printable/i.test(encoding)) return Buffer.from(quoted(body.replace(/=\r\n/g, '')), 'latin1');
  return Buffer.from(body, 'latin1');
}

const quoted = (/** @type {string} */ text) => text.replace(/=([0-9A-F]{2})/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));

/** Encoded words of a header (RFC 2047). @param {string} header */
const words = (header) =>
  header
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how, text) =>
      how.toLowerCase() === 'b' ? Buffer.from(text, 'base64').toString('latin1') : quoted(text.replaceAll('_', ' ')),
    )
    .replace(/[\x80-\xff]+/g, (bytes) => Buffer.from(bytes, 'latin1').toString('utf8'));
