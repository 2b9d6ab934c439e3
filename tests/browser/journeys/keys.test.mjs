// The desk by single keys: the list, a ticket, the palette, and that they stay away where they do not belong.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { assertNoViolations } from '../support/axe.mjs';
import { file, hasFocus, row, stage, until } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);

/** @typedef {import('playwright-core').Page} Page */

/** Some new tickets, the newest first. @param {number} count */
async function tickets(count) {
  const references = [];
  for (let n = 0; n < count; n++) references.unshift((await file(at.demo, { comment: `Hinweis ${n} ${crypto.randomUUID()}` })).ticket);
  return references;
}

/** The new tickets, with keys listening. @param {import('playwright-core').BrowserContextOptions} [options] */
async function inbox(options) {
  const page = await at.editor(options);
  await page.goto(`${at.demo.melder}/?state=new`);
  return page;
}

/** The row with the focus. @param {Page} page */
const focused = (page) => page.evaluate(() => document.activeElement?.closest('.row')?.querySelector('h2')?.textContent?.trim());

/** @param {Page} page @param {string} reference */
async function goTo(page, reference) {
  for (let presses = 0; presses < 60 && (await focused(page)) !== reference; presses++) await page.keyboard.press('j');
  assert.equal(await focused(page), reference);
}

/** @param {Page} page @param {RegExp} words */
const said = (page, words) => page.locator('#announced').filter({ hasText: words }).waitFor();

test('a list is worked off by keys alone: corrected, not an error with its reason, a note, assigned to me', async () => {
  const [first, second, third, fourth] = await tickets(4);
  const page = await inbox();
  await goTo(page, first);
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  assert.equal(await focused(page), first);

  await page.keyboard.press('1');
  await said(page, new RegExp(`${first}: .*(Korrigiert|Erledigt)`));
  await until('the focus on the next ticket', async () => (await focused(page)) === second);
  assert.match(await row(page, first).innerText(), /Korrigiert|Erledigt/, 'the row stays and says what became of it');

  await page.keyboard.press('2');
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('heading', { name: `${second}: Kein Fehler` }).waitFor();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await until('the focus on the third', async () => (await focused(page)) === third);

  await page.keyboard.press('n');
  await sheet.getByLabel('Notiz', { exact: true }).waitFor();
  assert.ok(await hasFocus(sheet.getByLabel('Notiz', { exact: true })));
  await page.keyboard.type('j1 x?');
  await sheet.getByRole('button', { name: 'Notiz speichern' }).click();
  await said(page, new RegExp(third));
  assert.equal(await focused(page), third, 'a note decides nothing: the ticket stays at hand');

  await page.keyboard.press('j');
  await page.keyboard.press('m');
  await said(page, new RegExp(fourth));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: fourth }).waitFor();
  await page.getByText('Zuständig: ').first().waitFor();
  await page.goto(`${at.demo.melder}/tickets/${third}`);
  await page.locator('.timeline').getByText('j1 x?').waitFor();
});

test('who goes on while a decision is under way stays where they went, and a second press is the same decision', async () => {
  const [first, second] = await tickets(2);
  const page = await inbox();
  /** @type {(() => void)[]} */
  const held = [];
  let posts = 0;
  await page.route('**/tickets/*/**', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    posts += 1;
    await new Promise((resolve) => held.push(() => resolve(undefined)));
    return route.continue();
  });
  await goTo(page, first);
  await page.keyboard.press('m');
  await page.keyboard.press('m');
  await until('the decision on its way', () => held.length);
  await page.keyboard.press('j');
  held[0]();
  await said(page, new RegExp(first));
  assert.equal(await focused(page), second);

  await page.keyboard.press('m');
  await until('the next decision on its way', () => held.length > 1);
  await page.keyboard.press('/');
  await page.keyboard.type('hm');
  held[1]();
  await said(page, new RegExp(second));
  await page.keyboard.type('1');
  assert.equal(await page.getByRole('searchbox').inputValue(), 'hm1');
  assert.equal(posts, 2);
});

test('a decision that the server answers with a door takes the editor there, and no row says that it was made', async () => {
  const [reference] = await tickets(1);
  const page = await inbox();
  await page.evaluate(() => {
    const ask = window.fetch.bind(window);
    window.fetch = async (address, how) => {
      if (how?.method !== 'POST') return ask(address, how);
      const door = await ask('/confirm?next=%2F');
      return Object.defineProperty(door, 'redirected', { value: true });
    };
  });
  await goTo(page, reference);
  await page.keyboard.press('m');
  await page.waitForURL((url) => url.pathname === '/confirm');
});

test('what a decision from the list refuses is said in its dialog, and nothing typed is lost', async () => {
  const [reference] = await tickets(1);
  const page = await inbox();
  await goTo(page, reference);
  await page.keyboard.press('3');
  const sheet = page.getByRole('dialog');
  const field = sheet.locator('[name=duplicate_of]');
  await field.waitFor();
  await page.keyboard.type('FM-999999');
  await page.keyboard.press('Enter');
  await sheet.locator('.error').first().waitFor();
  assert.equal(await field.inputValue(), 'FM-999999');
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  assert.equal(await focused(page), reference, 'the focus is back');
});

test('from a ticket the keys lead on through the list one came from, and decide', async () => {
  const [first, second] = await tickets(2);
  const page = await inbox();
  await goTo(page, first);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: first }).waitFor();
  await page.getByRole('navigation', { name: 'In der Liste' }).waitFor();
  await page.keyboard.press('j');
  await page.getByRole('heading', { name: second }).waitFor();
  await page.keyboard.press('k');
  await page.getByRole('heading', { name: first }).waitFor();
  await page.keyboard.press('2');
  await until('the focus on the reasons', () => page.evaluate(() => document.activeElement?.getAttribute('name') === 'reason'));
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await page.getByText('Kein Fehler', { exact: false }).first().waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await page.waitForURL(/\?state=new$/);
  // Back in the list the keys go on; a flood, which this file's reports may have become, stands above the tickets.
  await until('a ticket with the focus', async () => {
    await page.keyboard.press('j');
    return focused(page);
  });
});

test('nothing happens while somebody types, with modifiers, or once keys are switched off', async () => {
  const [reference] = await tickets(1);
  const page = await inbox();
  await goTo(page, reference);
  await page.keyboard.press('Control+1');
  await page.keyboard.press('Alt+1');
  await page.keyboard.press('/');
  assert.ok(await hasFocus(page.locator('#search')));
  await page.keyboard.type('1j?m');
  assert.equal(await page.locator('#search').inputValue(), '1j?m');
  assert.equal(await page.getByRole('dialog').count(), 0);
  await page.locator('#search').fill('');
  await page.locator('h1').first().click();

  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Tasten' });
  await help.getByText('nächster Fall', { exact: true }).waitFor();
  await help.getByRole('button', { name: 'Tasten ausschalten' }).click();
  await page.locator('body[data-keys=off]').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('1');
  assert.equal(await focused(page), undefined);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Befehlsfeld' }).waitFor();
  await page.keyboard.press('Escape');
  await page.goto(`${at.demo.melder}/keys`);
  await page.getByRole('button', { name: 'Tasten einschalten' }).click();
  await page.locator('body[data-keys=on]').waitFor();
  await page.goto(`${at.demo.melder}/tickets/${reference}`);
  assert.match(await page.locator('.ticket-head').innerText(), /Neu/, 'nothing was decided');
});

test('the palette goes to tickets, states and decisions, by letters and arrows or by touch', async () => {
  const [reference] = await tickets(1);
  const page = await at.editor();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Befehlsfeld' });
  await field.waitFor();
  await page.keyboard.type(reference.slice(3));
  await page.getByRole('option', { name: `${reference} öffnen` }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: reference }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('kfeh');
  assert.match(await page.locator('[role=option][aria-selected=true]').innerText(), /Kein Fehler/);
  assert.equal(await field.getAttribute('aria-activedescendant'), 'palette-0');
  await page.keyboard.press('ArrowDown');
  assert.equal(await field.getAttribute('aria-activedescendant'), 'palette-1');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await until('the focus on the reasons', () => page.evaluate(() => document.activeElement?.getAttribute('name') === 'reason'));

  const phone = await at.editor({ viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true });
  await phone.locator('.account summary').tap();
  await phone.getByRole('button', { name: 'Befehlsfeld' }).tap();
  await phone.locator('.palette').getByRole('option', { name: /^Erledigt/ }).tap();
  await phone.waitForURL(/state=closed/);
});

for (const language of /** @type {const} */ (['de', 'en'])) {
  test(`axe finds nothing in the dialogs (${language})`, async () => {
    const [reference] = await tickets(1);
    const page = await inbox({ locale: language === 'de' ? 'de-DE' : 'en-GB' });
    if ((await page.locator('html').getAttribute('lang')) !== language) {
      await page.locator('.account summary').click();
      await page.locator(`.account [name=language][value=${language}]`).click();
    }
    /** @param {string} state */
    const look = async (state) => {
      for (const [colorScheme, width] of /** @type {const} */ ([['light', 1280], ['dark', 320]])) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize({ width, height: 800 });
        await assertNoViolations(page, { state: `${state} (${language}, ${colorScheme}, ${width} px)` });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `something sticks out: ${state}`);
      }
    };
    await page.goto(`${at.demo.melder}/keys`);
    await look('the page of keys');
    await page.goto(`${at.demo.melder}/?state=new`);
    await page.keyboard.press('?');
    await page.locator('dialog.sheet').waitFor();
    await look('the keys in a dialog');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('a');
    await look('the palette');
    await page.keyboard.press('Escape');
    await goTo(page, reference);
    await page.keyboard.press('2');
    await page.locator('dialog.sheet').waitFor();
    await look('a decision in a dialog');
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await page.locator('.row.done').waitFor();
    await look('a decided row');
    await page.locator('.row h2 a').last().click();
    await page.locator('[data-walk]:not([hidden])').waitFor();
    await look('a ticket with its place in the list');
    // Back to the demo's own language for the next test.
    await page.evaluate(() => {});
  });
}

test('the keys are a plain page where there is no script', async () => {
  const page = await at.somebody({ javaScriptEnabled: false });
  await page.goto(at.demo.melder);
  await page.locator('#email').fill(at.demo.email);
  await page.locator('#password').fill(at.demo.password);
  await page.locator('form[action="/sign-in"] button[type=submit]').click();
  await page.locator('.account summary').click();
  await page.getByRole('link', { name: /Tasten|Keys/ }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.ok((await page.locator('kbd').count()) > 15);
});
