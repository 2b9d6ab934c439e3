// What Chromium marks for a text directive, read off the pixels: everything in the page is white on white, only
// `::target-text` has a colour; a character is marked when the middle of its box has that colour.
import { createServer } from 'node:http';
import { inflateSync } from 'node:zlib';
import { launchBrowser } from '../support/browser.mjs';

const STYLE = `<style>
  :root { scroll-behavior: auto }
  html, body, body * { color: #fff !important; background: #fff !important; border-color: #fff !important; text-decoration: none !important;
    outline: none !important; box-shadow: none !important; text-shadow: none !important; caret-color: #fff !important }
  body { font: 16px/2 'Liberation Sans', 'DejaVu Sans', sans-serif; width: 900px; margin: 8px }
  ::target-text { color: #f0f; background: #f0f }
</style>`;

/** A PNG of 8 bits a channel, as Chromium writes them. @param {Buffer} png */
function decode(png) {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const channels = png[25] == 6 ? 4 : 3;
  const data = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) == 'IDAT') data.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(data));
  const row = width * channels;
  const pixels = Buffer.alloc(row * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (row + 1)];
    const from = y * (row + 1) + 1;
    const to = y * row;
    for (let x = 0; x < row; x += 1) {
      const left = x < channels ? 0 : pixels[to + x - channels];
      const up = y ? pixels[to - row + x] : 0;
      const corner = y && x >= channels ? pixels[to - row + x - channels] : 0;
      let guess = 0;
      if (filter == 1) guess = left;
      else if (filter == 2) guess = up;
      else if (filter == 3) guess = (left + up) >> 1;
      else if (filter == 4) {
        const [l, u, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
        guess = l <= u && l <= c ? left : u <= c ? up : corner;
      }
      pixels[to + x] = (raw[from + x] + guess) & 255;
    }
  }
  /** @param {number} x @param {number} y */
  return (x, y) => {
    const at = Math.floor(y) * row + Math.floor(x) * channels;
    return x >= 0 && y >= 0 && x < width && y < height && pixels[at] > 200 && pixels[at + 1] < 60 && pixels[at + 2] > 200;
  };
}

/** The boxes of all characters that are painted, in document order. Runs in the page. */
function boxes() {
  const range = document.createRange();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  /** @type {[string, number, number][]} */
  const list = [];
  while (walker.nextNode()) {
    const node = /** @type {Text} */ (walker.currentNode);
    let at = 0;
    for (const char of node.data) {
      range.setStart(node, at);
      range.setEnd(node, (at += char.length));
      const box = [...range.getClientRects()].find((rect) => rect.width > 0.5 && rect.height > 0);
      if (box) list.push([char, box.x + scrollX + box.width / 2, box.y + scrollY + box.height / 2]);
    }
  }
  return list;
}

/** A browser, and a site that serves whatever is asked of it. */
export async function marker() {
  const browser = await launchBrowser();
  let html = '';
  const server = createServer((_, response) => response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const page = await (await browser.newContext({ viewport: { width: 920, height: 700 }, javaScriptEnabled: true })).newPage();
  let visit = 0;
  const open = async (/** @type {string} */ markup, /** @type {string} */ fragment) => {
    // Behind the markup, so that it changes nothing of the tree but its end.
    html = `${/^\s*<!doctype/i.test(markup) ? '' : '<!doctype html>'}${markup}${STYLE}`;
    visit += 1;
    await page.goto(`http://127.0.0.1:${port}/${visit}#${fragment}`, { waitUntil: 'load' });
  };
  return {
    page,
    version: browser.version(),
    open,
    /** The painted characters in document order, each marked or not. @param {string} markup @param {string} directives */
    async marked(markup, directives) {
      await open(markup, directives);
      const chars = await page.evaluate(boxes);
      const colour = decode(await page.screenshot({ fullPage: true, type: 'png' }));
      return { chars: chars.map(([char, x, y]) => /** @type {[string, boolean]} */ ([char, colour(x, y)])) };
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
