// Every state of the dialog, looked at by axe: both languages, light and dark, wide and 320 pixels narrow.
// SHOTS=directory also writes a picture of each.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { control, phone, select, stage } from './browser.mjs';

const { test } = runner;
const at = stage(runner);
const wrong = { de: 'Konkurenz', en: 'manufactuerer' };

/** @typedef {ReturnType<typeof control>} At */
/** @type {Record<string, (on: At, page: import('playwright-core').Page, lang: 'de' | 'en') => Promise<unknown>>} */
const states = {
  closed: async () => {},
  selection: async (on, page, lang) => {
    await select(page, wrong[lang]);
    await on.chip.waitFor();
  },
  passage: async (on, page, lang) => {
    await states.selection(on, page, lang);
    await on.chip.click();
    await on.field('suggestion').fill('Konkurrenz');
    await on.field('comment').fill('Gegendarstellung!');
    await on.field('email').fill('leserin@example.org');
    await on.dialog.locator('footer a').first().waitFor();
  },
  whole: async (on, _page, lang) => {
    await on.way.click();
    await on.field('words').fill({ de: 'die', en: 'the' }[lang]);
    await on.dialog.locator('[name=place]').first().waitFor();
  },
  faults: async (on) => {
    await on.way.click();
    await on.field('email').fill('x');
    await on.send.click();
    await on.error('email').getByText(/./).waitFor();
  },
  sending: async (on, page, lang) => {
    at.host.answers.push({ hang: true });
    await states.selection(on, page, lang);
    await on.chip.click();
    await on.send.click();
  },
  waiting: async (on, page, lang) => {
    at.host.answers.push({ status: 503 });
    await states.selection(on, page, lang);
    await on.chip.click();
    await on.send.click();
    await on.note.getByText(/./).waitFor();
  },
  sent: async (on, page, lang) => {
    await states.selection(on, page, lang);
    await on.chip.click();
    await on.send.click();
    await on.reference.waitFor();
  },
};

const looks = {
  light: { viewport: { width: 1000, height: 900 } },
  dark: { viewport: { width: 1000, height: 900 }, colorScheme: /** @type {const} */ ('dark') },
  narrow: { ...phone, viewport: { width: 320, height: 640 } },
  'narrow-dark': { ...phone, viewport: { width: 320, height: 640 }, colorScheme: /** @type {const} */ ('dark') },
};

for (const [look, options] of Object.entries(looks)) {
  for (const lang of /** @type {const} */ (['de', 'en'])) {
    for (const [state, reach] of Object.entries(states)) {
      test(`${look} ${lang} ${state}`, async () => {
        const page = await at.open(`/?lang=${lang}`, options);
        await reach(control(page), page, lang);
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${look}-${lang}-${state}.png` });
        const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
        assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
        const wide = await page.evaluate(() => {
          const dialog = document.querySelector('fehler-melden')?.shadowRoot?.querySelector('dialog');
          return [document.documentElement, dialog].some((one) => one && one.scrollWidth > one.clientWidth);
        });
        assert.ok(!wide, 'nothing reaches beyond the sides');
      });
    }
  }
}

test('the host’s colour scheme decides where it has one', async () => {
  const paper = async (/** @type {string} */ path, /** @type {'light' | 'dark'} */ colorScheme) => {
    const page = await at.open(path, { colorScheme });
    const { way, dialog } = control(page);
    await way.click();
    await dialog.waitFor();
    return dialog.evaluate((one) => getComputedStyle(one).backgroundColor);
  };
  const [light, dark] = [await paper('/', 'light'), await paper('/', 'dark')];
  assert.notEqual(light, dark);
  assert.equal(await paper('/?scheme=dark', 'light'), dark);
  assert.equal(await paper('/?scheme=light', 'dark'), light);
});

test('a site sets its own colours and type', async () => {
  const page = await at.open('/?theme');
  const { way, dialog, send } = control(page);
  await way.click();
  await dialog.waitFor();
  assert.equal(await send.evaluate((one) => getComputedStyle(one).backgroundColor), 'rgb(0, 51, 102)');
  assert.equal(await dialog.evaluate((one) => getComputedStyle(one).fontFamily), 'monospace');
  assert.equal(await way.evaluate((one) => getComputedStyle(one).textTransform), 'uppercase');
});
