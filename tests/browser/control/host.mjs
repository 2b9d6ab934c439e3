// Two stand-ins: a site under a strict policy on localhost, and the melder's origin on 127.0.0.1. The modules are
// served as the server serves them: comments and indentation stripped, nothing else touched.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { article } from './pages.mjs';

const EMBED = new URL('../../../src/web/assets/embed/', import.meta.url);

/** What the server does to a served text. @param {string} text */
export const strip = (text) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !/^(\/\/|\/\*\*|\*\/|\*( |$))/.test(line))
    .join('\n') + '\n';

/** @param {import('node:http').Server} server */
const listen = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(/** @type {any} */ (server.address()).port)));

/** @param {import('node:http').IncomingMessage} request */
const body = async (request) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};

/**
 * @typedef {{ key: string, body: any, text: string, origin: string }} Post
 * @typedef {{ status?: number, body?: unknown, headers?: Record<string, string>, hang?: boolean, after?: number }} Answer
 */

export async function start() {
  /** @type {Post[]} */
  const posts = [];
  /** @type {string[]} */
  const requests = [];
  /** @type {Answer[]} answers to give before the good one */
  const answers = [];
  const site = {
    name: 'Beispielmagazin',
    lang: 'de',
    consent: {
      de: 'Beispielmagazin darf mir zu diesem Hinweis schreiben. Meine Adresse wird 30 Tage nach Abschluss gelöscht, auf Wunsch früher.',
      en: 'Beispielmagazin may write to me about this report. My address is deleted 30 days after it is closed, earlier if I ask.',
    },
    privacy_url: 'https://magazin.example/datenschutz',
    comments_url: 'https://magazin.example/kommentare',
    legal_url: 'https://magazin.example/recht',
    subscription_url: null,
    claims: 'anwalt|unterlassung',
    reporting: true,
  };

  const melder = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    requests.push(`${request.method} ${path}`);
    const cors = {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': 'content-type, idempotency-key',
      'Access-Control-Expose-Headers': 'Retry-After',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    };
    if (request.method == 'OPTIONS') return response.writeHead(204, cors).end();
    if (path.startsWith('/embed/site/')) {
      return response.writeHead(200, { ...cors, 'Content-Type': 'application/json' }).end(JSON.stringify(site));
    }
    if (path == '/api/v1/reports') {
      const text = await body(request);
      posts.push({ key: String(request.headers['idempotency-key']), body: JSON.parse(text), text, origin: String(request.headers.origin) });
      const answer = answers.shift() ?? {};
      if (answer.hang) return undefined;
      await new Promise((resolve) => setTimeout(resolve, answer.after ?? 0));
      const type = (answer.status ?? 201) == 201 ? 'application/json' : 'application/problem+json';
      return response
        .writeHead(answer.status ?? 201, { ...cors, 'Content-Type': type, ...answer.headers })
        .end(JSON.stringify(answer.body ?? { id: '1', ticket: 'FM-1042', status_url: `http://127.0.0.1:${port.melder}/r/token` }));
    }
    try {
      const file = path == '/embed.js' ? 'loader.js' : path.replace('/embed/', '');
      const again = new URL(request.url ?? '/', 'http://melder').search;
      const text = strip(await readFile(new URL(file, EMBED), 'utf8')).replaceAll(".js'", `.js${again}'`);
      response.writeHead(200, { ...cors, 'Content-Type': 'text/javascript' }).end(text);
    } catch {
      response.writeHead(404, cors).end();
    }
    return undefined;
  });

  const host = createServer((request, response) => {
    const origin = `http://127.0.0.1:${port.melder}`;
    const url = new URL(request.url ?? '/', `http://localhost:${port.host}`);
    const policy = `default-src 'none'; script-src 'self' ${origin}; connect-src 'self' ${origin}; style-src 'self'; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'`;
    if (url.pathname == '/style.css') return response.writeHead(200, { 'Content-Type': 'text/css' }).end(article.style);
    const page = article.page(url, origin);
    return response.writeHead(page ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy }).end(page);
  });

  const port = { melder: await listen(melder), host: 0 };
  port.host = await listen(host);
  return {
    posts,
    requests,
    answers,
    site,
    melder: `http://127.0.0.1:${port.melder}`,
    url: (/** @type {string} */ path = '/') => `http://localhost:${port.host}${path}`,
    stop() {
      for (const server of [melder, host]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}
