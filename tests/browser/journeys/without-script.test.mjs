// Script is blocked: the same ways, by links and forms alone.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { file, row, stage, unfold } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);
const BARE = { javaScriptEnabled: false };

test('a reader follows the link, is told what is missing field by field, sends, and takes it all back', async () => {
  const page = await at.reader('neun-ladestopps', BARE);
  await page.locator('fehler-melden').getByRole('link', { name: 'Fehler melden' }).click();
  await page.getByRole('heading', { name: 'Fehler melden' }).waitFor();

  // Something is missing: said by name, at the field, and nothing typed is lost.
  await page.getByLabel('Welche Wörter sind falsch?').fill('seperat');
  await page.getByLabel('Wie wäre es richtig?').fill('separat');
  await page.getByLabel('Sprache').check();
  await page.getByLabel('Anmerkung für die Redaktion').fill('Erste Zeile\nZweite „Zeile“ & <mehr>');
  await page.getByRole('textbox', { name: 'E-Mail-Adresse' }).fill('bote@post.example');
  const refusal = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Hinweis absenden' }).click();
  assert.equal((await refusal).status(), 422);
  await page.getByRole('alert').getByRole('link', { name: 'Ohne Zustimmung können wir nicht antworten' }).click();
  assert.match(page.url(), /#consent$/);
  const consent = page.locator('#consent');
  assert.equal(await consent.getAttribute('aria-invalid'), 'true');
  assert.equal(await page.getByLabel('Welche Wörter sind falsch?').inputValue(), 'seperat');
  assert.equal(await page.getByLabel('Wie wäre es richtig?').inputValue(), 'separat');
  assert.ok(await page.getByLabel('Sprache').isChecked());
  assert.equal(await page.getByLabel('Anmerkung für die Redaktion').inputValue(), 'Erste Zeile\nZweite „Zeile“ & <mehr>');
  await consent.check();
  await page.getByRole('button', { name: 'Hinweis absenden' }).click();
  await page.getByRole('heading', { name: 'Danke, der Hinweis ist angekommen.' }).waitFor();
  const reference = /** @type {string} */ ((await page.locator('main').innerText()).match(/FM-\d+/)?.[0]);

  await page.getByRole('link', { name: 'Stand ansehen' }).click();
  await page.getByRole('heading', { name: 'Ihr Hinweis liegt der Redaktion vor.' }).waitFor();
  assert.match(await page.locator('main').innerText(), /Erste Zeile\nZweite „Zeile“ & <mehr>/);

  // The address goes when the reader says so twice.
  await page.getByRole('button', { name: 'Meine Adresse löschen' }).click();
  await page.getByRole('link', { name: 'Nein, zurück' }).click();
  await page.getByText('aber noch nicht bestätigt').waitFor();
  await page.getByRole('button', { name: 'Meine Adresse löschen' }).click();
  await page.getByRole('button', { name: 'Ja, Adresse löschen' }).click();
  await page.getByText('Ihre Adresse ist gelöscht.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Meine Adresse löschen' }).count(), 0);

  // So does the report.
  await page.getByRole('button', { name: 'Hinweis zurückziehen' }).click();
  await page.getByRole('button', { name: 'Ja, zurückziehen' }).click();
  await page.getByRole('heading', { name: 'Sie haben diesen Hinweis zurückgezogen.' }).waitFor();
  assert.doesNotMatch(await page.locator('main').innerText(), /Zweite/);

  const editor = await at.editor(BARE);
  await editor.goto(`${at.demo.melder}/tickets/${reference}`);
  assert.doesNotMatch(await editor.locator('main').innerText(), /Zweite „Zeile“/);
  await editor.getByText('zurückgezogen').first().waitFor();
});

test('whoever speaks of legal claims reads that this is no formal service: beside the field, and after sending', async () => {
  const page = await at.reader('neun-ladestopps', BARE);
  await page.locator('fehler-melden').getByRole('link').click();
  await page.getByText('Dieser Hinweis ist keine förmliche Zustellung.').waitFor();
  await page.getByLabel('Inhalt').check();
  await page.getByLabel('Anmerkung für die Redaktion').fill('Mein Anwalt verlangt eine Gegendarstellung.');
  await page.getByRole('button', { name: 'Hinweis absenden' }).click();
  await page.getByRole('heading', { name: 'Danke, der Hinweis ist angekommen.' }).waitFor();
  await page.getByText('Dieser Hinweis ist keine förmliche Zustellung.').waitFor();
});

test('with script the same hint comes and goes with the words', async () => {
  const page = await at.somebody({});
  const article = await at.reader('neun-ladestopps', BARE);
  await page.goto(/** @type {string} */ (await article.locator('fehler-melden').getByRole('link').getAttribute('href')));
  const hint = page.getByText('Dieser Hinweis ist keine förmliche Zustellung.');
  await hint.waitFor({ state: 'hidden' });
  const comment = page.getByLabel('Anmerkung für die Redaktion');
  for (const [words, shown] of /** @type {[string, boolean][]} */ ([
    ['Das ist Verleumdung!', true],
    ['Die Anwaltsserie lief schon 1998.', false],
    ['Mein ANWALT meldet sich', true],
    ['', false],
  ])) {
    await comment.fill(words);
    await hint.waitFor({ state: shown ? 'visible' : 'hidden' });
  }
});

test('sent without a word: the form says which field wants one', async () => {
  const page = await at.reader('neun-ladestopps', BARE);
  await page.locator('fehler-melden').getByRole('link').click();
  await page.getByLabel('Inhalt').check();
  await page.getByRole('button', { name: 'Hinweis absenden' }).click();
  await page.getByRole('alert').getByText('Bitte die falschen Wörter, einen Vorschlag oder einen Kommentar angeben.').waitFor();
  const quote = page.getByLabel('Welche Wörter sind falsch?');
  assert.equal(await quote.getAttribute('aria-invalid'), 'true');
  assert.match(/** @type {string} */ (await quote.getAttribute('aria-describedby')), /quote-error/);
});

test('whoever turns back and sends the same form again makes no second report', async () => {
  const page = await at.reader('risc-v-for-ninety-days', { ...BARE, locale: 'en-GB' });
  await page.locator('fehler-melden').getByRole('link', { name: 'Report a mistake' }).click();
  await page.locator('#quote').fill('recieved');
  await page.locator('#suggestion').fill('received');
  await page.locator('[name=kind][value=spelling]').check();
  const form = await page.locator('form[action="/melden"]').evaluate((element) => [...new FormData(/** @type {HTMLFormElement} */ (element))].map(([name, value]) => [name, String(value)]));
  const send = async () => {
    const answer = await fetch(`${at.demo.melder}/melden`, { method: 'POST', body: new URLSearchParams(form) });
    return (await answer.text()).match(/FM-\d+/)?.[0];
  };
  const first = await send();
  assert.match(String(first), /^FM-/);
  assert.equal(await send(), first);
  const editor = await at.editor(BARE);
  await row(editor, String(first)).getByText('1 Hinweis', { exact: true }).waitFor();
});

test('the desk: a wrong password, then filter, note, assign, snooze, close, reopen, name the duplicate', async () => {
  const { ticket } = await file(at.demo, { comment: 'Das Bild lädt nicht.', kind: 'display' });
  const editor = await at.somebody(BARE);
  await editor.goto(`${at.demo.melder}/tickets/${ticket}`);
  await editor.getByLabel('E-Mail-Adresse').fill(at.demo.email);
  await editor.getByLabel('Passwort').fill('falsch');
  await editor.getByRole('button', { name: 'Anmelden' }).click();
  await editor.getByRole('alert').getByText('Adresse oder Passwort stimmt nicht.').waitFor();
  assert.equal(await editor.getByLabel('E-Mail-Adresse').inputValue(), at.demo.email);
  await editor.getByLabel('Passwort').fill(at.demo.password);
  await editor.getByRole('button', { name: 'Anmelden' }).click();
  await editor.getByRole('heading', { name: ticket }).waitFor();

  await editor.getByRole('navigation').getByRole('link', { name: /^Neu/ }).click();
  await editor.locator('summary', { hasText: 'Filter' }).click();
  await editor.getByLabel('Art').selectOption('Darstellung/Technik');
  await editor.getByRole('button', { name: 'Anwenden' }).click();
  await row(editor, ticket).waitFor();
  const kinds = await editor.locator('.row-side span:first-child').allInnerTexts();
  assert.ok(kinds.every((kind) => kind === 'Darstellung/Technik'), kinds.join());
  await editor.getByLabel('Fälle durchsuchen').fill('xyzxyz');
  await editor.getByRole('button', { name: 'Suchen' }).click();
  await editor.getByRole('heading', { name: 'Hier ist nichts.' }).waitFor();
  await editor.getByLabel('Fälle durchsuchen').fill(ticket);
  await editor.getByRole('button', { name: 'Suchen' }).click();
  await editor.getByRole('link', { name: ticket, exact: true }).click();

  const state = editor.locator('.ticket-head .state');
  await unfold(editor, 'Notiz schreiben');
  await editor.getByLabel('Notiz', { exact: true }).fill('Im Bildarchiv nachgefragt.');
  await editor.getByRole('button', { name: 'Notiz speichern' }).click();
  await editor.locator('.timeline').getByText('Im Bildarchiv nachgefragt.').waitFor();
  await state.getByText('In Arbeit').waitFor();

  await unfold(editor, 'Zuständig:');
  await editor.getByLabel('Zuweisen an').selectOption('Greta Nissen');
  await editor.getByRole('button', { name: 'Zuweisen', exact: true }).click();
  await editor.locator('summary', { hasText: 'Zuständig: Greta Nissen' }).waitFor();

  await unfold(editor, 'Art und Ressort');
  await editor.getByLabel('Art', { exact: true }).selectOption('Link defekt');
  await editor.getByRole('button', { name: 'Ändern' }).click();
  await editor.locator('.timeline').getByText('Art geändert: Link defekt').waitFor();
  const folded = await unfold(editor, 'Art und Ressort');
  const desk = (await folded.getByLabel('Ressort').locator('option').allInnerTexts())[1];
  await folded.getByLabel('Ressort').selectOption(desk);
  await editor.getByRole('button', { name: 'Weitergeben' }).click();
  await editor.locator('.timeline').getByText(`Ressort geändert: ${desk}`).waitFor();

  await unfold(editor, 'Wiedervorlage');
  await editor.getByRole('button', { name: 'Morgen' }).click();
  await state.getByText('Wiedervorlage').waitFor();
  await editor.getByText('Wiedervorlage am').waitFor();
  await editor.getByRole('button', { name: 'Wieder aufnehmen' }).click();
  await state.getByText('In Arbeit').waitFor();

  await (await unfold(editor, 'Anders erledigt')).getByLabel('Nicht nachvollziehbar').check();
  await editor.getByRole('button', { name: 'Fall erledigen' }).click();
  await editor.getByText('Erledigt: Nicht nachvollziehbar').waitFor();
  await editor.getByRole('button', { name: 'Wieder öffnen' }).click();
  await state.getByText('In Arbeit').waitFor();

  const other = await file(at.demo, { comment: 'Das zweite Bild lädt auch nicht.', kind: 'display' });
  await unfold(editor, 'Doppelt');
  await editor.getByLabel('Gehört zu Fall').fill('FM-999999');
  await editor.getByRole('button', { name: 'Doppelt' }).click();
  await editor.getByText('Diesen Fall gibt es nicht.').waitFor();
  assert.equal(await editor.getByLabel('Gehört zu Fall').inputValue(), 'FM-999999');
  await editor.getByLabel('Gehört zu Fall').fill(other.ticket.toLowerCase());
  await editor.getByRole('button', { name: 'Doppelt' }).click();
  // The old reference leads to the ticket that counts.
  await editor.getByRole('heading', { name: other.ticket }).waitFor();
});

test('a form that was open too long: refused, told why, and the public note is still in it', async () => {
  const { ticket } = await file(at.demo, { comment: 'Die Zahl ist falsch.', kind: 'fact' });
  const [slow, quick] = await Promise.all([at.editor(BARE), at.editor(BARE)]);
  for (const page of [slow, quick]) await page.goto(`${at.demo.melder}/tickets/${ticket}`);
  await quick.getByRole('button', { name: 'Auf Antwort warten' }).click();
  await quick.locator('.ticket-head .state').getByText('Rückfrage läuft').waitFor();

  await unfold(slow, 'Mit öffentlichem Korrekturhinweis');
  const note = slow.getByLabel('Korrekturhinweis', { exact: true });
  await note.fill('In einer früheren Fassung stand eine andere Zahl.');
  const refusal = slow.waitForResponse((response) => response.request().method() === 'POST');
  const submit = slow.locator('details', { has: slow.locator('#public-note') }).getByRole('button', { name: 'Korrigiert' });
  await submit.click();
  assert.equal((await refusal).status(), 409);
  assert.match(await slow.getByRole('alert').innerText(), /Rückfrage läuft/);
  assert.equal(await note.inputValue(), 'In einer früheren Fassung stand eine andere Zahl.');
  await submit.click();
  await slow.getByText('Erledigt: Korrigiert').waitFor();
  await slow.getByText('In einer früheren Fassung stand eine andere Zahl.').first().waitFor();
});
