// Many tickets at once: chosen by click, range and key, looked at before, done, with and without script.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { assertNoViolations } from '../support/axe.mjs';
import { PHONE, file, row, signIn, stage } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);

/** Some new tickets, the newest first. @param {number} count */
async function tickets(count) {
  const references = [];
  for (let n = 0; n < count; n++) references.unshift((await file(at.demo, { comment: `Viele ${n} ${crypto.randomUUID()}` })).ticket);
  return references;
}

/** @param {import('playwright-core').Page} page @param {string} reference */
const box = (page, reference) => row(page, reference).getByRole('checkbox');

test('a range by mouse, one more by key, and all are given to somebody', async () => {
  const [first, second, third, fourth] = await tickets(4);
  const page = await at.editor();
  await page.goto(`${at.demo.melder}/?state=new`);
  const bar = page.getByRole('form', { name: 'Ausgewählte Fälle' });
  await page.keyboard.press('j');
  for (let n = 0; n < 30 && !(await row(page, first).evaluate((element) => element.contains(document.activeElement))); n++) await page.keyboard.press('j');
  await page.keyboard.press('x');
  assert.ok(await box(page, first).isChecked());
  await bar.getByText('Ein Fall ausgewählt').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+X');
  await bar.getByText('3 Fälle ausgewählt').waitFor();
  await box(page, second).click();
  await box(page, fourth).click({ modifiers: ['Shift'] });
  await bar.getByText('Fälle ausgewählt').waitFor();
  for (const reference of [first, second, third, fourth]) await box(page, reference).setChecked(reference !== second);
  await bar.getByRole('button', { name: 'Zuweisen …' }).click();
  await page.getByRole('heading', { name: '3 Fälle zuweisen' }).waitFor();
  await page.getByText('Niemand bekommt deswegen eine Mail.').waitFor();
  await page.getByRole('button', { name: '3 Fälle zuweisen' }).click();
  await page.getByText('3 Fälle wurden geändert.').waitFor();
  await page.getByRole('link', { name: 'Zur Liste' }).click();
  await page.waitForURL(/\?state=new$/);
  await row(page, second).waitFor();
  assert.equal(await row(page, first).count(), 0, 'who was given a ticket is at work on it');
});

test('what cannot be done is told before and after, and the rest is done', async () => {
  const [first, second] = await tickets(2);
  const page = await at.editor();
  await page.goto(`${at.demo.melder}/?state=new`);
  for (const reference of [first, second]) await box(page, reference).check();
  await page.getByRole('button', { name: 'Erledigen …' }).click();
  await page.getByRole('heading', { name: '2 Fälle erledigen' }).waitFor();
  const other = await at.editor();
  await other.goto(`${at.demo.melder}/tickets/${second}`);
  await other.locator('[data-act=mine] button, [data-act=ask] button').first().evaluate((button) => /** @type {HTMLButtonElement} */ (button).click());
  await other.waitForURL(/tickets/);
  await other.locator('.timeline').waitFor();
  await page.getByRole('radio', { name: 'Kein Fehler' }).check();
  await page.getByRole('button', { name: '2 Fälle erledigen' }).click();
  await page.getByRole('alert').or(page.locator('#reason-error')).first().waitFor();
  await page.getByLabel('Warum?').selectOption({ label: 'Hausschreibweise' });
  await page.getByRole('button', { name: /erledigen/i }).first().click();
  await page.getByRole('status').filter({ hasText: /geändert/ }).waitFor();
});

test('without script the list is a form: choose, look, do', async () => {
  const [first, second] = await tickets(2);
  const page = await at.somebody({ javaScriptEnabled: false });
  await page.goto(at.demo.melder);
  await signIn(page, at.demo);
  await page.goto(`${at.demo.melder}/?state=new`);
  for (const reference of [first, second]) await box(page, reference).check();
  await page.getByRole('button', { name: 'Spam …' }).click();
  await page.getByRole('heading', { name: '2 Fälle sind Spam' }).waitFor();
  await page.getByRole('button', { name: '2 als Spam erledigen' }).click();
  await page.getByText('2 Fälle wurden geändert.').waitFor();
  await page.goto(`${at.demo.melder}/tickets/${first}`);
  await page.getByText(/Spam/).first().waitFor();
});

test('a tag is taken off many by key, and comes back', async () => {
  const [first, second] = await tickets(2);
  const page = await at.editor();
  const tag = `weg-${Date.now()}`;
  const choose = async (/** @type {string} */ list, /** @type {string} */ button) => {
    await page.goto(`${at.demo.melder}/?${list}`);
    for (const reference of [first, second]) await box(page, reference).check();
    const act = page.getByRole('button', { name: button, exact: true });
    await act.focus();
    await page.keyboard.press('Enter');
  };
  await choose('state=new', 'Tag …');
  await page.getByLabel('Tag für alle').fill(tag);
  await page.getByRole('button', { name: 'Tag bei 2 Fällen hinzufügen' }).click();
  await page.getByText('2 Fälle wurden geändert.').waitFor();
  await choose(`tag=${tag}`, 'Tag entfernen …');
  await page.getByRole('heading', { name: '2 Fällen einen Tag nehmen' }).waitFor();
  await page.getByText('Niemand bekommt deswegen eine Mail.').waitFor();
  assert.ok(await page.getByRole('radio', { name: `#${tag} 2 Fälle` }).isChecked(), 'the only one is chosen');
  await assertNoViolations(page);
  await page.getByRole('button', { name: 'Tag entfernen, wo er steht' }).click();
  await page.getByText('2 Fälle wurden geändert.').waitFor();
  await page.getByRole('button', { name: 'Rückgängig' }).first().click();
  await page.getByText('Zurückgenommen: Alles ist wie vorher.').waitFor();
  await page.goto(`${at.demo.melder}/?tag=${tag}`);
  for (const reference of [first, second]) await row(page, reference).waitFor();
});

test('on a phone without script a tag is taken off many', async () => {
  const references = await tickets(2);
  const page = await at.somebody({ javaScriptEnabled: false, ...PHONE });
  await page.goto(at.demo.melder);
  await signIn(page, at.demo);
  const tag = `weg-${Date.now()}`;
  for (const [list, act, choice, done] of /** @type {const} */ ([
    ['state=new', 'Tag …', () => page.getByLabel('Tag für alle').fill(tag), 'Tag bei 2 Fällen hinzufügen'],
    [`tag=${tag}`, 'Tag entfernen …', () => page.getByText(`#${tag}`).first().tap(), 'Tag entfernen, wo er steht'],
  ])) {
    await page.goto(`${at.demo.melder}/?${list}`);
    for (const reference of references) await box(page, reference).check();
    const button = page.getByRole('button', { name: act, exact: true });
    assert.ok(((await button.boundingBox())?.height ?? 0) >= 44, 'large enough for a thumb');
    await button.tap();
    await choice();
    await page.getByRole('button', { name: done }).tap();
    await page.getByText('2 Fälle wurden geändert.').waitFor();
  }
  await page.goto(`${at.demo.melder}/?tag=${tag}`);
  assert.equal(await page.locator('li.row').count(), 0);
});

// Last: the language that an editor chooses stays theirs.
for (const language of /** @type {const} */ (['de', 'en'])) {
  test(`axe finds nothing in the list, the preview and the result (${language})`, async () => {
    const references = await tickets(3);
    const page = await at.editor({ locale: language === 'de' ? 'de-DE' : 'en-GB' });
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
    const boxes = references.map((reference) => `ticket=${reference.slice(3)}`).join('&');
    await page.goto(`${at.demo.melder}/?state=new`);
    await box(page, references[0]).check();
    await look('a chosen row');
    for (const act of ['assign', 'untag', 'close', 'merge', 'spam']) {
      await page.goto(`${at.demo.melder}/bulk?act=${act}&${boxes}&ticket=999999`);
      await look(`the preview: ${act}`);
    }
    await page.locator('form[action="/bulk"] button[type=submit]').click();
    await page.locator('p[data-received]').waitFor();
    await look('the result');
    await page.goto(`${at.demo.melder}/bulk?act=close`);
    await look('nothing chosen');
  });
}
