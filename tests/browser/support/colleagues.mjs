// A second person at the desk of a demo: added as an operator adds one, signed in as anybody signs in.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { signIn } from './people.mjs';

/** Runs a command of the program on the demo's database. @param {import('./demo.mjs').Demo} demo @param {string[]} args @param {string} input */
function run(demo, args, input) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.env.FEHLERMELDER_BIN ?? '', args, {
      cwd: demo.data,
      env: { ...process.env, FEHLERMELDER_DATABASE_URL: `sqlite://${join(demo.data, 'fehlermelder.db')}` },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let printed = '';
    child.stdout.on('data', (text) => (printed += text));
    child.stderr.on('data', (text) => (printed += text));
    child.once('error', reject);
    child.once('close', (status) => (status === 0 ? resolve(printed) : reject(new Error(printed))));
    child.stdin.end(input);
  });
}

/**
 * Adds an editor of that name and signs them in.
 *
 * @param {ReturnType<typeof import('./people.mjs').stage>} at
 * @param {string} name
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function colleague(at, name, options = {}) {
  const email = `${name.toLowerCase()}-${crypto.randomUUID().slice(0, 8)}@redaktion.example`;
  const password = 'drei kleine Elche';
  await run(at.demo, ['editor', 'add', '--email', email, '--name', name, '--role', 'editor', '--password-stdin'], `${password}\n`);
  const page = await at.somebody(options);
  await page.goto(at.demo.melder);
  await signIn(page, { email, password });
  return page;
}
