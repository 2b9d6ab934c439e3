// Reader and editor without a mouse: everything has the focus in turn, and the focus comes back to where one was.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { control, hasFocus, mark, stage, tabTo, until } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);

test('a reader reaches the standing button by Tab, types the wrong words, and an editor closes the ticket by Tab and Enter', async () => {
  const reader = await at.reader('acht-jahre-updates');
  const his = control(reader);
  await tabTo(reader, his.standing);
  await reader.keyboard.press('Enter');
  await his.dialog.waitFor();
  await tabTo(reader, his.words);
  await reader.keyboard.type('fünf Modellen');
  await his.dialog.getByText('Bei vier der fünf Modellen lässt sich').waitFor();
  await tabTo(reader, his.suggestion);
  await reader.keyboard.press('ControlOrMeta+a');
  await reader.keyboard.type('fünf Modelle');
  await tabTo(reader, his.email);
  await reader.keyboard.type('leser@post.example');
  await tabTo(reader, his.consent);
  await reader.keyboard.press('Space');
  await tabTo(reader, his.send);
  await reader.keyboard.press('Enter');
  await his.thanks.waitFor();
  assert.ok(await hasFocus(his.thanks), 'the focus is on the thanks, so that a screen reader says it');
  const reference = await his.reference.innerText();
  const statusUrl = /** @type {string} */ (await his.status.getAttribute('href'));
  await reader.keyboard.press('Escape');
  await his.dialog.waitFor({ state: 'detached' });
  assert.ok(await hasFocus(his.standing), 'the focus is back where the reader was');

  const mail = await at.mail('the question', ({ to }) => to.includes('leser@post.example'));
  await reader.goto(/** @type {string} */ (mail.text.match(/\S+\/bestaetigen\/\S+/)?.[0]));
  await tabTo(reader, reader.getByRole('button', { name: 'Ja, das ist meine Adresse' }));
  await reader.keyboard.press('Enter');
  await reader.getByRole('heading', { name: 'die Adresse ist bestätigt' }).waitFor();

  const editor = await at.somebody();
  await editor.goto(at.demo.melder);
  assert.ok(await hasFocus(editor.getByLabel('E-Mail-Adresse')), 'one can begin to type');
  await editor.keyboard.type(at.demo.email);
  await tabTo(editor, editor.getByLabel('Passwort'));
  await editor.keyboard.type(at.demo.password);
  await editor.keyboard.press('Enter');
  await editor.getByRole('navigation', { name: 'Fälle nach Stand' }).waitFor();
  await tabTo(editor, editor.getByRole('link', { name: 'Zum Inhalt springen' }));
  await editor.keyboard.press('Enter');
  await tabTo(editor, editor.getByRole('link', { name: reference, exact: true }));
  await editor.keyboard.press('Enter');
  await editor.getByRole('heading', { name: reference }).waitFor();
  await tabTo(editor, editor.locator('summary', { hasText: 'Kein Fehler' }));
  await editor.keyboard.press('Enter');
  await tabTo(editor, editor.getByRole('radio', { name: 'Hausschreibweise' }));
  await editor.keyboard.press('Space');
  await tabTo(editor, editor.getByRole('button', { name: 'Kein Fehler' }));
  await editor.keyboard.press('Enter');
  await editor.getByText('Erledigt: Kein Fehler').waitFor();

  const news = await at.mail('the answer', ({ to, subject }) => to.includes('leser@post.example') && subject.includes(reference));
  assert.match(news.text, /Es ist die Schreibweise des Hauses\./);
  await reader.goto(statusUrl);
  await reader.getByRole('heading', { name: 'lässt sie so stehen' }).waitFor();
});

test('Ctrl and Enter on a selection open the dialog with these words; Escape leads back to them', async () => {
  const reader = await at.reader('acht-jahre-updates');
  const her = control(reader);
  await mark(reader, 'schreibt');
  await reader.keyboard.press('Control+Enter');
  await her.dialog.waitFor();
  await until('the focus on the suggestion', () => hasFocus(her.suggestion));
  assert.equal(await her.suggestion.inputValue(), 'schreibt');
  await reader.keyboard.press('Escape');
  await her.dialog.waitFor({ state: 'detached' });
  assert.equal(await reader.evaluate(() => String(getSelection())), 'schreibt');
});

test('the Tab key never leaves the dialog for the page behind it', async () => {
  const reader = await at.reader('acht-jahre-updates');
  const her = control(reader);
  await mark(reader, 'schreibt');
  await reader.keyboard.press('Control+Enter');
  await until('the focus on the suggestion', () => hasFocus(her.suggestion));
  for (let presses = 0; presses < 25; presses++) {
    await reader.keyboard.press('Tab');
    const behind = await reader.evaluate(() => !document.activeElement?.matches('fehler-melden, body'));
    assert.ok(!behind, `after ${presses + 1} presses`);
  }
});
