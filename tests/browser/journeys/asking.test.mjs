// The newsroom asks a reader, who answers on the own page; and passes a ticket on to somebody outside. Without script and by keys.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { assertNoViolations } from '../support/axe.mjs';
import { PHONE, file, stage, unfold } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);
const BARE = { javaScriptEnabled: false };

/** A report whose reader has confirmed the address. @param {string} email @param {object} report */
async function left(email, report) {
  const filed = await file(at.demo, { contact: { email, consent: true }, ...report });
  const asking = await at.mail('the question whether the address is right', (mail) => mail.to.includes(email));
  const confirm = /** @type {string} */ (asking.text.match(/\S+\/bestaetigen\/\S+/)?.[0]);
  await fetch(confirm, { method: 'POST' });
  return filed;
}

for (const [how, options] of /** @type {[string, import('playwright-core').BrowserContextOptions][]} */ ([
  ['on a phone', PHONE],
  ['without script', BARE],
])) {
  test(`an editor asks, the reader answers ${how}, and the ticket is back`, async () => {
    const email = `${options === PHONE ? 'paula' : 'berta'}@post.example`;
    const { ticket, status_url } = await left(email, { comment: `Die Zahl stimmt nicht, ${how}.`, kind: 'fact' });
    const editor = await at.editor(options);
    await editor.goto(`${at.demo.melder}/tickets/${ticket}`);
    const fold = await unfold(editor, 'Leserin oder Leser fragen');
    await fold.getByText('Mail an eine Person ansehen').click();
    assert.match(await fold.getByLabel('Text der Mail (Deutsch)').inputValue(), /Dazu haben wir eine Frage:\n\n\{question\}/);
    await fold.getByLabel('Frage', { exact: true }).fill('Auf welcher Seite der Studie steht das?');
    await fold.getByRole('button', { name: 'Frage senden und warten' }).click();
    await editor.locator('.ticket-head .state').getByText('Rückfrage läuft').waitFor();
    await editor.locator('.timeline').getByText('Auf welcher Seite der Studie steht das?').waitFor();

    const asked = await at.mail('the question', (mail) => mail.to.includes(email) && mail.subject.includes('Rückfrage'));
    assert.match(asked.text, /Auf welcher Seite der Studie steht das\?/);
    const there = /** @type {string} */ (asked.text.match(/Hier antworten: (\S+)/)?.[1]);
    assert.equal(there, `${status_url}#question`);

    const reader = await at.somebody(options);
    await reader.goto(there);
    await reader.getByRole('heading', { name: 'Die Redaktion hat eine Frage' }).waitFor();
    // axe is script itself.
    if (options !== BARE) await assertNoViolations(reader, { state: `a question ${how}` });
    await reader.getByLabel('Ihre Antwort').fill('Auf Seite 12,\nzweiter Absatz.');
    await reader.getByRole('button', { name: 'Antwort senden' }).click();
    await reader.getByText('Danke, Ihre Antwort liegt der Redaktion vor.').waitFor();
    assert.match(await reader.locator('#question').innerText(), /Auf Seite 12,\nzweiter Absatz\./);

    await editor.reload();
    await editor.locator('.ticket-head .state').getByText('In Arbeit').waitFor();
    await editor.locator('.timeline').getByText('Rückfrage beantwortet').waitFor();
    assert.match(await editor.locator('.report').first().innerText(), /Auf Seite 12,\nzweiter Absatz\./);
  });
}

test('where nobody left an address the ticket says so, and waiting is still one press', async () => {
  const { ticket } = await file(at.demo, { comment: 'Ohne Adresse.' });
  const editor = await at.editor();
  await editor.goto(`${at.demo.melder}/tickets/${ticket}`);
  await editor.getByText('Niemand hat eine bestätigte Adresse hinterlassen').waitFor();
  await editor.keyboard.press('r');
  await editor.locator('.ticket-head .state').getByText('Rückfrage läuft').waitFor();
});

test('a ticket is set aside until somebody writes again, and the next report brings it back', async () => {
  const source = `${at.demo.magazine}/artikel/acht-jahre-updates`;
  const quote = { type: 'TextQuoteSelector', exact: 'Wiedergängger', prefix: 'Hier steht ein ', suffix: ' im Satz.' };
  const report = { target: { source, selector: [quote] }, suggestion: 'Wiedergänger' };
  const { ticket } = await file(at.demo, report);
  const editor = await at.editor(BARE);
  await editor.goto(`${at.demo.melder}/tickets/${ticket}`);
  const fold = await unfold(editor, 'Wiedervorlage');
  await fold.getByRole('button', { name: 'Bis wieder jemand schreibt' }).click();
  await editor.locator('.ticket-head .state').getByText('Wiedervorlage').waitFor();
  await editor.getByText('sobald ein weiterer Hinweis kommt').waitFor();
  const again = await file(at.demo, report);
  assert.equal(again.ticket, ticket);
  await editor.reload();
  await editor.locator('.ticket-head .state').getByText('In Arbeit').waitFor();
  await editor.locator('.timeline').getByText('Ein weiterer Hinweis ist da').waitFor();
});

test('an address is put into the book, a ticket passed on to it, and taken back', async () => {
  const editor = await at.editor();
  await editor.goto(`${at.demo.melder}/settings`);
  await editor.locator('main').getByRole('link', { name: 'Nordlicht Magazin' }).first().click();
  await editor.getByRole('link', { name: 'Adressbuch' }).click();
  await editor.getByLabel('Name').last().fill('Faktenstelle');
  await editor.getByLabel('E-Mail-Adresse').last().fill('fakten@agentur.example');
  await editor.getByLabel('Zuständig für').last().selectOption('Agentur');
  await editor.getByRole('button', { name: 'Adresse hinzufügen' }).click();
  await editor.getByRole('heading', { name: 'Faktenstelle' }).waitFor();
  await assertNoViolations(editor, { state: 'the address book' });

  const { ticket } = await file(at.demo, { comment: 'Das stand so in der Agenturmeldung.', kind: 'fact' });
  await editor.goto(`${at.demo.melder}/tickets/${ticket}`);
  await editor.getByRole('link', { name: 'Weiterleiten …' }).click();
  await editor.getByLabel('Faktenstelle').check();
  await editor.getByLabel('Ein Satz dazu').fill('Bitte prüfen Sie Ihre Meldung.');
  await editor.getByRole('button', { name: 'Mail mit dem Satz ansehen' }).click();
  assert.match(await editor.locator('.letter-preview').innerText(), /Bitte prüfen Sie Ihre Meldung\.[\s\S]*Das stand so in der Agenturmeldung\./);
  await assertNoViolations(editor, { state: 'a mail that passes a ticket on' });
  await editor.getByRole('button', { name: 'Weiterleiten und erledigen' }).click();
  await editor.getByText('Erledigt: Weitergeleitet an Faktenstelle').waitFor();
  await editor.locator('button[data-action="undo"]').click();
  await editor.getByText('Zurückgenommen: Alles ist wie vorher.').waitFor();

  await editor.getByRole('link', { name: 'Weiterleiten …' }).click();
  await editor.getByLabel('Faktenstelle').check();
  await editor.getByRole('button', { name: 'Weiterleiten und erledigen' }).click();
  const out = await at.mail('what is passed on', (mail) => mail.to.includes('fakten@agentur.example'));
  assert.match(out.text, /Das stand so in der Agenturmeldung\./);
  assert.doesNotMatch(out.text, /Bitte prüfen Sie Ihre Meldung/);
});
