// Starts the Chromium of this machine. Nothing is downloaded: the tests drive the browser that the system's packages
// brought. A missing browser is a failure, not a reason to skip.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

// `--no-sandbox`: root, as in CI, may not use the sandbox; the pages are our own. The others keep the browser from talking
// to its maker, which on a closed network costs seconds at every start.
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The path of the browser: `CHROMIUM`, else the first known name in the PATH. */
export function chromiumPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not in this folder.
      }
    }
  }
  throw new Error('No Chromium found: install it (Debian: apt-get install chromium) or name it in CHROMIUM.');
}

/**
 * A fresh headless browser. Close it when done.
 *
 * @param {import('playwright-core').LaunchOptions} [options]
 */
export function launchBrowser(options = {}) {
  return chromium.launch({
    executablePath: chromiumPath(),
    headless: true,
    ...options,
    args: [...ARGUMENTS, ...(options.args ?? [])],
  });
}
