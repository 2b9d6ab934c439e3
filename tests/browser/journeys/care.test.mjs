// Statistics, personal data and house words: by mouse, in both languages, light and dark, wide and narrow.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { assertNoViolations } from '../support/axe.mjs';
import { control, file, mark, stage, unfold, until } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);

/** @param {import('playwright-core').Page} page @param {string} state */
async function looks(page, state) {
  for (const [colorScheme, width] of /** @type {const} */ ([['light', 1280], ['dark', 320]])) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 800 });
    await assertNoViolations(page, { state: `${state}, ${colorScheme}, ${width} px` });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `something sticks out: ${state}, ${width} px`);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${state.replaceAll(' ', '-')}-${colorScheme}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

for (const language of /** @type {const} */ (['de', 'en'])) {
  test(`statistics show what was, with plots and tables, ${language}`, async () => {
    const page = await at.editor();
    await page.context().addCookies([{ name: 'lang', value: language, url: at.demo.melder }]);
    await until('the figures', async () => {
      await page.goto(`${at.demo.melder}/statistics?from=2020-01-01`);
      return page.locator('svg.plot').first().isVisible();
    });
    assert.ok((await page.locator('svg.plot rect').count()) > 1);
    await page.locator('details summary').nth(1).click();
    await looks(page, `statistics ${language}`);
    const answer = await page.request.get(`${at.demo.melder}${await page.locator('a[href^="/statistics.csv"]').getAttribute('href')}`);
    assert.match(await answer.text(), /^\uFEFFday,site,desk,kind,opened,closed/);
  });
}

test('an address is seen on demand and deleted in one step', async () => {
  const { ticket } = await file(at.demo, { comment: 'Bitte um Antwort.', contact: { email: 'grete@post.example', consent: true } });
  const page = await at.editor();
  await page.goto(`${at.demo.melder}/tickets/${ticket}`);
  await page.getByRole('link', { name: 'Adresse ansehen oder löschen' }).click();
  await page.getByText('grete@post.example').waitFor();
  await looks(page, 'address');
  await page.getByRole('button', { name: 'Adresse löschen' }).click();
  await page.getByText('Die Adresse ist gelöscht.').waitFor();
  await page.locator('.timeline').getByText('Adresse gelöscht').waitFor();
});

test('private words are marked, seen where they stand, and blacked out', async () => {
  const { ticket } = await file(at.demo, { comment: 'Ich heiße Grete Minde und wohne in Tangermünde.' });
  const page = await at.editor();
  await page.goto(`${at.demo.melder}/tickets/${ticket}`);
  await page.getByRole('link', { name: 'Private Angaben schwärzen' }).click();
  await page.getByLabel('Diese Wörter').waitFor();
  await until('the words', async () => {
    await page.evaluate(() => {
      const text = document.querySelector('[data-mark-words]')?.firstChild;
      if (text) getSelection()?.setBaseAndExtent(text, 10, text, 21);
      document.dispatchEvent(new PointerEvent('pointerup'));
    });
    return (await page.getByLabel('Diese Wörter').inputValue()) === 'Grete Minde';
  });
  await looks(page, 'blackout');
  await page.getByRole('button', { name: 'Stellen suchen' }).click();
  await page.locator('del', { hasText: 'Grete Minde' }).first().waitFor();
  await looks(page, 'blackout preview');
  await page.getByRole('button', { name: /schwärzen$/ }).click();
  await page.getByText('Die Angaben sind geschwärzt.').waitFor();
  assert.doesNotMatch(await page.locator('main').innerText(), /Grete/);
  assert.match(await page.locator('main').innerText(), /Ich heiße █████ und wohne/);
});

test('a house word is told in the dialog before the report is sent, and the reader may insist', async () => {
  const site = (await (await fetch(`${at.demo.magazine}/artikel/acht-jahre-updates`)).text()).match(/site="([^"]+)"/)?.[1] ?? '';
  const page = await at.editor();
  await page.goto(`${at.demo.melder}/sites/${site}/house-rules`);
  const reader = await at.reader('acht-jahre-updates');
  const words = (await reader.evaluate(() => document.querySelector('article p')?.textContent?.match(/\p{L}{6,}/u)?.[0])) ?? '';
  await page.getByLabel('Wort oder Wendung').fill(words);
  await page.getByLabel('Was die Leserschaft dazu liest').fill('So schreibt es die Redaktion.');
  await page.getByRole('button', { name: 'Hinzufügen' }).click();
  await page.locator('.said', { hasText: 'So schreibt es die Redaktion.' }).waitFor();
  await looks(page, 'house words');

  // The sites are kept for two seconds.
  await until('the rule', async () => Object.keys((await (await fetch(`${at.demo.melder}/embed/site/${site}.json`)).json()).known).length === 1);
  await mark(reader, words);
  const { button, dialog } = control(reader);
  await button.click();
  await dialog.getByText('So schreibt es die Redaktion.').waitFor();
  await assertNoViolations(reader, { state: 'a house word in the dialog' });
  await dialog.getByLabel('So wäre es richtig').fill(`${words}e`);
  await dialog.getByRole('button', { name: 'Hinweis senden' }).click();
  const reference = await dialog.locator('.reference').innerText();
  await page.goto(`${at.demo.melder}/tickets/${reference}`);
  await page.getByText('trotz Hinweis auf die Hausregel gesendet').waitFor();
});

test('on the page of its own the reason comes before the report, too', async () => {
  const site = (await (await fetch(`${at.demo.magazine}/artikel/acht-jahre-updates`)).text()).match(/site="([^"]+)"/)?.[1] ?? '';
  const known = Object.keys((await (await fetch(`${at.demo.melder}/embed/site/${site}.json`)).json()).known)[0];
  const page = await at.somebody();
  await page.goto(`${at.demo.melder}/melden?${new URLSearchParams({ site, url: `${at.demo.magazine}/artikel/acht-jahre-updates` })}`);
  await page.locator('#quote').fill(known);
  await page.locator('[name=kind][value=spelling]').check();
  await page.locator('#suggestion').fill('anders');
  await page.locator('form button[type=submit]').click();
  await page.getByRole('alert').getByText('So schreibt es die Redaktion.').waitFor();
  await looks(page, 'told on its own page');
  await page.getByRole('button', { name: 'Trotzdem senden' }).click();
  await page.locator('h1[data-received]').waitFor();
});
