// A mistake is corrected in the article, and the ticket notices: a fact waits for one press, a word closes by itself, and when an
// agency brings the old words back, so does the ticket come back.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { control, mark, row, stage, until } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);

/** @typedef {import('playwright-core').Page} Page */

/**
 * A reader marks words, says what is right, and confirms an address; the ticket.
 *
 * @param {{ slug: string, wrong: string, right: string, kind: string, email: string }} what
 */
async function report({ slug, wrong, right, kind, email }) {
  const reader = await at.reader(slug);
  const { button, dialog, suggestion, consent, send, reference, thanks } = control(reader);
  await mark(reader, wrong);
  await button.click();
  await suggestion.fill(right);
  await dialog.locator(`[name=kind][value=${kind}]`).check();
  await dialog.getByLabel('E-Mail-Adresse für eine Antwort').fill(email);
  await consent.check();
  await send.click();
  await thanks.waitFor();
  const ticket = await reference.innerText();
  const asking = await at.mail('the question whether the address is theirs', (mail) => mail.to.includes(email));
  await reader.goto(/** @type {string} */ (asking.text.match(/\S+\/bestaetigen\/\S+/)?.[0]));
  await reader.getByRole('button', { name: 'Ja, das ist meine Adresse' }).click();
  await reader.getByRole('heading', { name: 'die Adresse ist bestätigt' }).waitFor();
  return ticket;
}

/** Opens a ticket again and again until its page says that. @param {Page} editor @param {string} ticket @param {string | RegExp} words */
const says = (editor, ticket, words) =>
  until(`the ticket to say ${words}`, async () => {
    await editor.goto(`${at.demo.melder}/tickets/${ticket}`);
    return (await editor.locator('main').getByText(words).count()) > 0;
  });

/** Changes words in the demo’s editor for an article. @param {Page} editor @param {string} slug @param {string} from @param {string} to */
async function edit(editor, slug, from, to) {
  await editor.goto(`${at.demo.magazine}/artikel/${slug}`);
  await editor.getByRole('link', { name: 'Diesen Artikel bearbeiten' }).click();
  const fields = editor.locator('textarea[name=text]');
  const texts = await fields.evaluateAll((all) => all.map((field) => /** @type {HTMLTextAreaElement} */ (field).value));
  const index = texts.findIndex((text) => text.includes(from));
  assert.ok(index >= 0, `“${from}” stands in a field`);
  await fields.nth(index).fill(texts[index].replace(from, to));
  await editor.getByRole('button', { name: 'Speichern und veröffentlichen' }).click();
  await editor.locator('main .message').getByText('ist gespeichert').waitFor();
}

test('a corrected fact waits for one press, and the reader hears of it', async () => {
  const email = 'faktenfreund@post.example';
  const slug = 'mini-pc-aus-flensburg';
  const ticket = await report({ slug, wrong: 'elf Wochen', right: 'zwölf Wochen', kind: 'fact', email });
  const editor = await at.editor();
  await says(editor, ticket, 'Steht noch so da');
  await edit(editor, slug, 'elf Wochen', 'zwölf Wochen');

  await says(editor, ticket, 'Wahrscheinlich korrigiert');
  const box = editor.getByRole('region', { name: 'Wahrscheinlich korrigiert' });
  await box.getByText('Es steht jetzt genau so da wie vorgeschlagen.').waitFor();
  assert.equal(await box.locator('del').innerText(), 'elf');
  assert.equal(await box.locator('ins').innerText(), 'zwölf');
  await editor.goto(`${at.demo.melder}/`);
  await row(editor, ticket).getByText('Wahrscheinlich korrigiert').waitFor();
  await editor.goto(`${at.demo.melder}/tickets/${ticket}`);
  await editor.keyboard.press('Control+Enter');
  await editor.getByText('Erledigt: Korrigiert').waitFor();
  await editor.getByText('Die Korrektur ist im Artikel zu sehen.').waitFor();

  const news = await at.mail('the good news', (mail) => mail.to.includes(email) && mail.subject.includes(ticket));
  assert.equal(news.subject, `Ihr Hinweis ${ticket}: Korrigiert`);

  // The article's page: its text, the versions with the words that went and came, the ticket.
  await editor.getByRole('link', { name: 'Text, Fassungen und Fälle' }).click();
  await editor.getByRole('heading', { name: 'Fassungen' }).waitFor();
  await editor.locator('.version').first().getByText('zwölf').waitFor();
  await row(editor, ticket).waitFor();
});

test('a corrected word closes its ticket by itself, and the old word opens it again', async () => {
  const email = 'wortfreundin@post.example';
  const slug = 'neun-ladestopps';
  const ticket = await report({ slug, wrong: 'gemächlicher', right: 'gemütlicher', kind: 'spelling', email });
  const editor = await at.editor();
  await says(editor, ticket, 'Steht noch so da');
  await edit(editor, slug, 'gemächlicher', 'gemütlicher');

  await says(editor, ticket, 'Vom System geschlossen, weil die neuen Wörter dem Vorschlag gleichen.');
  const news = await at.mail('the good news', (mail) => mail.to.includes(email) && mail.subject.includes(ticket));
  assert.match(news.text, /Die Stelle ist korrigiert\. Vielen Dank!/);

  await editor.getByRole('button', { name: 'Agentur spielt alten Text ein' }).click();
  await editor.locator('main .message').getByText('zurückgebracht').waitFor();
  await says(editor, ticket, 'Wieder geöffnet, der Fehler ist zurück');
  await editor.getByText('Die Stelle war korrigiert, jetzt stehen die alten Wörter wieder im Artikel.').waitFor();
  await editor.goto(`${at.demo.melder}/?state=open`);
  await row(editor, ticket).getByText('Fehler ist zurück').waitFor();
});

test('the same wrong word in another article: named on the ticket, and one press opens a ticket there', async () => {
  const editor = await at.editor();
  await edit(editor, 'mini-pc-aus-flensburg', 'Wochen', 'Wochen, um alles zu instalieren');
  const what = { wrong: 'instalieren', right: 'installieren', kind: 'spelling', email: 'zweimal@post.example' };
  const ticket = await report({ slug: 'acht-jahre-updates', ...what });
  await says(editor, ticket, 'Dieselben Wörter stehen auch hier:');
  const also = editor.getByRole('region', { name: 'Auch in einem anderen Artikel' });
  assert.equal(await also.locator('mark').innerText(), 'instalieren');
  await also.getByRole('button', { name: 'Dort einen Fall eröffnen' }).click();
  await editor.locator('main .message').getByText('Die Fälle sind eröffnet.').waitFor();
  await also.getByRole('link', { name: 'liegt dort schon vor' }).click();

  await editor.getByRole('link', { name: 'Mini-PC' }).first().waitFor();
  assert.notEqual(await editor.locator('#reference').innerText(), ticket);
  const passage = editor.locator('.ticket-head .passage');
  assert.equal(await passage.locator('del').innerText(), 'instalieren');
  assert.equal(await passage.locator('ins').innerText(), 'installieren');
});

test('what the tiny editor cannot save is said, and nothing typed is lost', async () => {
  const editor = await at.editor();
  await editor.goto(`${at.demo.melder}/demo/articles/acht-jahre-updates`);
  const first = editor.locator('textarea[name=text]').first();
  await first.fill('Ein neuer Anfang.');
  await editor.getByLabel('Überschrift', { exact: true }).fill('ä'.repeat(301));
  await editor.getByRole('button', { name: 'Speichern und veröffentlichen' }).click();
  await editor.locator('#headline-error').waitFor();
  assert.equal(await first.inputValue(), 'Ein neuer Anfang.');
  await editor.getByLabel('Überschrift', { exact: true }).fill('Anders überschrieben');
  await editor.getByRole('button', { name: 'Speichern und veröffentlichen' }).click();
  await editor.getByRole('button', { name: 'Ursprünglichen Text wiederherstellen' }).click();
  await editor.getByText('steht wieder so im Magazin').waitFor();
});
