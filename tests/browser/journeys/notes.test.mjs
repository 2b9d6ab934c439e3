// Notes: previewed with and without script, names behind an @, and who follows the ticket.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { assertNoViolations } from '../support/axe.mjs';
import { file, stage, unfold } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);

test('with script a note is previewed while it is typed, and a name is completed by keys', async () => {
  const { ticket } = await file(at.demo, { comment: 'Der Name stimmt nicht.' });
  const page = await at.editor();
  await page.goto(`${at.demo.melder}/tickets/${ticket}`);
  await unfold(page, 'Notiz schreiben');
  const note = page.getByLabel('Notiz', { exact: true });
  await note.pressSequentially('**Wichtig** @');
  const names = page.getByRole('listbox', { name: 'Namen zum Einfügen' });
  await names.waitFor();
  await assertNoViolations(page, { state: 'names to choose from' });
  const first = await names.getByRole('option').first().innerText();
  await note.press('Enter');
  assert.equal(await note.inputValue(), `**Wichtig** @${first} `);
  await page.locator('[data-note-preview] strong', { hasText: 'Wichtig' }).waitFor();
  await page.locator('[data-note-preview] .mention', { hasText: first }).waitFor();
  await assertNoViolations(page, { state: 'a note being previewed' });
  await page.getByRole('button', { name: 'Notiz speichern' }).click();
  await page.locator('.timeline .note strong', { hasText: 'Wichtig' }).waitFor();
});

test('without script there is a button for the preview, and following is a form', async () => {
  const { ticket } = await file(at.demo, { comment: 'Auch dieser nicht.' });
  const page = await at.editor({ javaScriptEnabled: false });
  await page.goto(`${at.demo.melder}/tickets/${ticket}`);
  await unfold(page, 'Notiz schreiben');
  await page.getByLabel('Notiz', { exact: true }).fill('- eins\n- zwei <b>');
  await page.getByRole('button', { name: 'Vorschau' }).click();
  await page.locator('[data-note-preview] li', { hasText: 'zwei <b>' }).waitFor();
  assert.equal(await page.getByLabel('Notiz', { exact: true }).inputValue(), '- eins\n- zwei <b>');
  await page.getByRole('button', { name: 'Notiz speichern' }).click();
  await page.locator('.timeline .note li', { hasText: 'eins' }).waitFor();

  // Who acts follows, and may stop from the address in the mails.
  await page.goto(`${at.demo.melder}/tickets/${ticket}/following`);
  await page.getByRole('button', { name: 'Nicht mehr folgen' }).click();
  await page.getByText('Niemand folgt').click();
  await page.getByRole('button', { name: 'Folgen', exact: true }).click();
  await page.getByText('Eine Person folgt').waitFor();
});

test('notes and following look as they should, on a phone and in the dark too', async () => {
  const { ticket } = await file(at.demo, { comment: 'Und der hier.' });
  const page = await at.editor();
  await page.goto(`${at.demo.melder}/tickets/${ticket}`);
  await unfold(page, 'Notiz schreiben');
  await page.getByLabel('Notiz', { exact: true }).fill('# Frage\n> Zitat\n\n1. eins\n2. zwei\n\n```\nCode\n```\nhttps://normen.example/eine/sehr/lange/adresse/die/umbrechen/muss/weil/sie/nicht/passt');
  await page.getByRole('button', { name: 'Notiz speichern' }).click();
  await page.locator('.timeline .note').waitFor();
  for (const [colorScheme, width] of /** @type {const} */ ([['light', 1280], ['dark', 320]])) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 800 });
    await assertNoViolations(page, { state: `a note, ${colorScheme}, ${width} px` });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/note-${colorScheme}.png`, fullPage: true });
  }
});
