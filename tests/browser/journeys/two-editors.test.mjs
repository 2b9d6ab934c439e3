// Two editors on one ticket: the second is told what happened, and nothing of the first one's is overwritten.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { file, stage, unfold } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);

test('who comes second sees what the first did, keeps what was typed, and may then decide', async () => {
  const { ticket } = await file(at.demo, { comment: 'Das stimmt so nicht.' });
  const first = await at.editor();
  const second = await at.editor();
  for (const page of [first, second]) await page.goto(`${at.demo.melder}/tickets/${ticket}`);

  await (await unfold(first, 'Kein Fehler')).getByText('Ansichtssache').click();
  await first.getByRole('button', { name: 'Kein Fehler' }).click();
  await first.getByText('Erledigt: Kein Fehler').waitFor();

  await unfold(second, 'Notiz schreiben');
  await second.getByLabel('Notiz', { exact: true }).fill('Ich rufe die Autorin an.');
  const refusal = second.waitForResponse((response) => response.request().method() === 'POST');
  await second.getByRole('button', { name: 'Notiz speichern' }).click();
  assert.equal((await refusal).status(), 409);
  const told = second.getByRole('alert');
  await told.getByRole('heading', { name: 'Inzwischen hat sich etwas geändert' }).waitFor();
  assert.match(await told.innerText(), /Erledigt: Kein Fehler \(Ansichtssache\)/);
  assert.equal(await second.getByLabel('Notiz', { exact: true }).inputValue(), 'Ich rufe die Autorin an.');

  // Nothing is overwritten; and having read it, the second may send the note.
  await first.reload();
  assert.doesNotMatch(await first.locator('main').innerText(), /Ich rufe die Autorin an/);
  await second.getByRole('button', { name: 'Notiz speichern' }).click();
  await second.locator('.timeline').getByText('Ich rufe die Autorin an.').waitFor();
  await first.reload();
  await first.getByText('Erledigt: Kein Fehler').waitFor();
  await first.locator('.timeline').getByText('Ich rufe die Autorin an.').waitFor();
});

test('who comes second may apply the own decision anyway, with one button, and take it back', async () => {
  const { ticket } = await file(at.demo, { comment: 'Hier stimmt der Name nicht.' });
  const [first, second] = [await at.editor(), await at.editor({ javaScriptEnabled: false })];
  for (const page of [first, second]) await page.goto(`${at.demo.melder}/tickets/${ticket}`);
  await (await unfold(first, 'Kein Fehler')).getByText('Ansichtssache').click();
  await first.getByRole('button', { name: 'Kein Fehler' }).click();
  await first.getByText('Erledigt: Kein Fehler').waitFor();

  await unfold(second, 'Mit öffentlichem Korrekturhinweis');
  await second.getByLabel('Korrekturhinweis', { exact: true }).fill('In einer früheren Fassung stand ein falscher Name.');
  await second.locator('details', { has: second.locator('#public-note') }).getByRole('button', { name: 'Korrigiert' }).click();
  const told = second.getByRole('alert');
  assert.match(await told.innerText(), /Erledigt: Kein Fehler \(Ansichtssache\)[\s\S]*Wieder geöffnet[\s\S]*Erledigt: Korrigiert/);
  await told.getByRole('button', { name: 'Trotzdem anwenden' }).click();
  await second.locator('.ticket-head').getByText('Korrigiert', { exact: true }).waitFor();
  await second.getByText('In einer früheren Fassung stand ein falscher Name.').first().waitFor();
  await second.getByRole('button', { name: /Rückgängig/ }).click();
  await second.locator('.ticket-head').getByText('Kein Fehler: Ansichtssache').waitFor();
});

test('two who press in the same moment: one decides, the other is told', async () => {
  const { ticket } = await file(at.demo, { comment: 'Und das hier auch nicht.' });
  const pages = await Promise.all([at.editor(), at.editor()]);
  for (const page of pages) await page.goto(`${at.demo.melder}/tickets/${ticket}`);
  const answers = pages.map((page) => page.waitForResponse((response) => response.request().method() === 'POST'));
  await Promise.all([
    pages[0].getByRole('button', { name: 'Korrigiert', exact: true }).first().click(),
    pages[1].getByRole('button', { name: 'Auf Antwort warten' }).click(),
  ]);
  const statuses = await Promise.all(answers.map(async (answer) => (await answer).status()));
  assert.deepEqual(statuses.sort(), [303, 409]);
});
