// Starts the program's own demo, `fehlermelder demo`, on a free port and an empty data folder: what a newcomer starts is
// what the tests play on. The magazine stands on another origin than the server (localhost against 127.0.0.1), so
// everything cross-origin is really tried.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const START_LIMIT_MS = 30_000;
// The server finishes what is in flight for at most 25 s.
const STOP_LIMIT_MS = 28_000;

/**
 * @typedef {object} Demo
 * @property {string} melder    origin of the server and the desk
 * @property {string} magazine  origin of the articles
 * @property {string} email     whom the desk lets in
 * @property {string} password
 * @property {string} data      the data folder
 * @property {() => string} output   everything printed so far
 * @property {(signal?: NodeJS.Signals) => Promise<number | null>} stop  ends it and returns its exit status; removes the
 *   data folder unless the caller brought it
 */

/**
 * @param {{ data?: string, port?: number, args?: string[], env?: Record<string, string> }} [options] with the `data` and
 *   `port` of an earlier demo, that demo goes on
 * @returns {Promise<Demo>}
 */
export async function startDemo({ data, port, args = [], env = {} } = {}) {
  const program = process.env.FEHLERMELDER_BIN;
  if (!program) throw new Error('FEHLERMELDER_BIN is not set: run these tests by ./tests/run --only browser');

  const ownData = data === undefined;
  const folder = data ?? (await mkdtemp(join(tmpdir(), 'fehlermelder-demo-')));
  const listenOn = port ?? (await freePort());
  const melder = `http://127.0.0.1:${listenOn}`;

  const child = spawn(program, ['demo', '--listen', `127.0.0.1:${listenOn}`, '--data', folder, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (printed += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (printed += text));
  const ended = new Promise((resolve) => {
    child.once('error', (fault) => {
      printed += `${fault}\n`;
      resolve(null);
    });
    child.once('close', resolve);
  });
  // A test that dies must not leave its server behind.
  const killAlong = () => child.kill('SIGKILL');
  process.once('exit', killAlong);

  async function stop(signal = 'SIGTERM') {
    child.kill(signal);
    const status = await Promise.race([ended, pause(STOP_LIMIT_MS, 'late', { ref: false })]);
    if (status === 'late') {
      child.kill('SIGKILL');
      await ended;
    }
    process.off('exit', killAlong);
    if (ownData) await rm(folder, { recursive: true, force: true });
    if (status === 'late') throw new Error(`the demo did not stop within ${STOP_LIMIT_MS} ms of ${signal}:\n${printed}`);
    return status;
  }

  try {
    await untilReady(`${melder}/readyz`, ended, () => printed);
    return {
      melder,
      magazine: `http://localhost:${listenOn}`,
      ...(await printedSignIn(() => printed)),
      data: folder,
      output: () => printed,
      stop,
    };
  } catch (fault) {
    await stop('SIGKILL');
    throw fault;
  }
}

async function untilReady(url, ended, output) {
  let over = false;
  ended.then(() => (over = true));
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    if (over) throw new Error(`the demo ended before it was ready:\n${output()}`);
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) });
      await answer.arrayBuffer();
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    await pause(25);
  }
  throw new Error(`the demo was not ready within ${START_LIMIT_MS} ms:\n${output()}`);
}

/** The sign-in stands in what the demo prints for people; it may come a moment after the port opens. */
async function printedSignIn(output) {
  for (let tries = 0; tries < 200; tries++) {
    const text = output();
    const email = process.env.FEHLERMELDER_DEMO_EMAIL ?? text.match(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/)?.[0];
    const password =
      process.env.FEHLERMELDER_DEMO_PASSWORD ?? text.match(/(?:passwor[dt]|kennwort)\b\W*?[ :]\s*(\S+)/i)?.[1];
    if (email && password) return { email, password };
    await pause(25);
  }
  throw new Error(`the demo printed no e-mail address and password to sign in with:\n${output()}`);
}

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
