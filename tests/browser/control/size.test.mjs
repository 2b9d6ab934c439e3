// What the reader pays: the served texts, compressed.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { strip } from './host.mjs';

const folder = new URL('../../../src/web/assets/embed/', import.meta.url);
const files = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));

test('the loader is at most 2,000 bytes gzipped', () => {
  const size = gzipSync(strip(files['loader.js']), { level: 9 }).length;
  assert.ok(size <= 2000, `${size}`);
});

test('the rest with one language is at most 10 KB compressed', () => {
  for (const other of ['de.js', 'en.js']) {
    let sum = 0;
    for (const [name, text] of Object.entries(files)) {
      if (name != 'loader.js' && name != other) sum += brotliCompressSync(strip(text)).length;
    }
    assert.ok(sum <= 10_000, `${sum} without ${other}`);
  }
});

test('stripping takes nothing but comments: no other line looks like one, no file is long', () => {
  for (const [name, text] of Object.entries(files)) {
    assert.ok(text.split('\n').length <= 400, name);
    for (const [string] of text.matchAll(/replaceSync\(`[^`]*`/g)) {
      for (const line of string.split('\n').slice(1)) assert.doesNotMatch(line.trim(), /^(\/\/|\/\*\*|\*)/, name);
    }
    assert.doesNotMatch(text.replace(/^\s*\/\*\*.*$/gm, ''), /innerHTML|outerHTML|insertAdjacentHTML|eval\(|document\.cookie|localStorage/, name);
  }
});
