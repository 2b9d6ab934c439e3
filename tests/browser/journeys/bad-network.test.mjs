// A reader in a train: the network goes and comes, nothing typed is lost, and one report stays one report.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { control, hasFocus, mark, row, stage, until } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);
const REPORTS = '**/api/v1/reports';

/** @param {import('playwright-core').Page} page @param {string} words @param {string} suggestion */
async function fill(page, words, suggestion) {
  const at = control(page);
  await mark(page, words);
  await at.button.click();
  await at.suggestion.fill(suggestion);
  await at.comment.fill('Im Tunnel getippt.');
  return at;
}

/** @param {string} reference @param {string} count */
async function countsAs(reference, count) {
  const editor = await at.editor();
  await row(editor, reference).getByText(count, { exact: true }).waitFor();
}

test('the network is cut in the middle: said within four seconds, every word kept, and sent by itself when it is back', async () => {
  const reader = await at.reader('acht-jahre-updates');
  const { send, notice, comment, suggestion, thanks, reference } = await fill(reader, 'instalieren', 'installieren');
  await reader.context().setOffline(true);
  await send.click();
  await notice.getByText('Keine Verbindung.').waitFor({ timeout: 4000 });
  assert.match(await notice.innerText(), /wird von selbst gesendet, solange diese Seite offen bleibt/);
  assert.equal(await suggestion.inputValue(), 'installieren');
  assert.equal(await comment.inputValue(), 'Im Tunnel getippt.');
  await reader.context().setOffline(false);
  await thanks.waitFor();
  await countsAs(await reference.innerText(), '1 Hinweis');
});

test('the report arrived but its answer was lost: trying again makes no second one', async () => {
  const reader = await at.reader('neun-ladestopps');
  const { send, notice, thanks, reference } = await fill(reader, 'seperat', 'separat');
  /** @type {string[]} */
  const stored = [];
  await reader.route(REPORTS, async (route) => {
    const answer = await route.fetch();
    stored.push((await answer.json()).ticket);
    await route.abort('connectionreset');
  });
  await send.click();
  await notice.getByText('Keine Verbindung.').waitFor({ timeout: 4000 });
  assert.equal(stored.length, 1);
  await reader.unroute(REPORTS);
  await send.click();
  await thanks.waitFor();
  assert.equal(await reference.innerText(), stored[0]);
  await countsAs(stored[0], '1 Hinweis');
});

test('no answer comes: said within four seconds, and the late answer is taken all the same', async () => {
  const reader = await at.reader('neun-ladestopps');
  const { send, notice, thanks } = await fill(reader, 'zehn Ladestopps', 'neun Ladestopps');
  let letThrough = () => {};
  const held = new Promise((resolve) => (letThrough = () => resolve(undefined)));
  await reader.route(REPORTS, async (route) => {
    await held;
    await route.continue();
  });
  await send.click();
  await notice.getByText('Noch keine Antwort').waitFor({ timeout: 4000 });
  letThrough();
  await thanks.waitFor();
});

test('the page is loaded anew in the middle: the words are still there', async () => {
  const reader = await at.reader('risc-v-for-ninety-days');
  const element = reader.locator('fehler-melden');
  await mark(reader, 'recieved');
  await element.locator('.chip').click();
  await element.locator('[name=suggestion]').fill('received');
  await reader.reload();
  await reader.waitForFunction(() => customElements.get('fehler-melden'));
  await element.locator('.way').click();
  assert.equal(await element.locator('[name=suggestion]').inputValue(), 'received');
});

test('the dialog’s code does not come: said within four seconds, and the next press opens it on the same words', async () => {
  const reader = await at.reader('acht-jahre-updates');
  const { button, suggestion } = control(reader);
  let letThrough = () => {};
  const held = new Promise((resolve) => (letThrough = () => resolve(undefined)));
  await reader.route('**/embed/dialog*', async (route) => {
    await held;
    await route.continue();
  });
  await mark(reader, 'schreibt');
  await button.click();
  await button.getByText('Keine Verbindung. Noch einmal versuchen').waitFor({ timeout: 5000 });
  letThrough();
  await until('the dialog', async () => {
    if (await button.isVisible()) await button.click();
    return suggestion.isVisible();
  });
  assert.equal(await suggestion.inputValue(), 'schreibt');
});

test('a tab that was opened before an update still works: outdated names give the current files, uncached', async () => {
  const outdated = await fetch(`${at.demo.melder}/embed/dialog.000000000000.js`);
  assert.equal(outdated.status, 200);
  assert.match(outdated.headers.get('cache-control') ?? '', /no-store|no-cache/);
  assert.match(await outdated.text(), /export async function open/);

  const reader = await at.somebody();
  /** @type {string[]} */
  const asked = [];
  await reader.route('**/embed.js', async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace(/(embed\/\w+)\.[0-9a-f]{12}\.js/g, '$1.000000000000.js');
    await route.fulfill({ response: answer, body });
  });
  reader.on('request', (request) => asked.push(request.url()));
  await reader.goto(`${at.demo.magazine}/artikel/neun-ladestopps`);
  await reader.waitForFunction(() => customElements.get('fehler-melden'));
  const { send, thanks } = await fill(reader, 'Wegen dem Roaming', 'Wegen des Roamings');
  await send.click();
  await thanks.waitFor();
  assert.ok(asked.some((url) => url.includes('dialog.000000000000.js')), 'it asked by the old name');
});

test('what the site says of itself comes after the dialog was closed: nothing breaks, and it opens again', async () => {
  const reader = await at.reader('acht-jahre-updates');
  const her = control(reader);
  /** @type {(() => void)[]} */
  const held = [];
  await reader.route('**/site/*.json?*', async (route) => {
    if (held.length === 0) await new Promise((resolve) => held.push(() => resolve(undefined)));
    await route.continue();
  });
  await mark(reader, 'schreibt');
  await reader.keyboard.press('Control+Enter');
  await her.dialog.waitFor();
  await until('the question to the server', () => held.length);
  await reader.keyboard.press('Escape');
  await her.dialog.waitFor({ state: 'detached' });
  const answered = reader.waitForEvent('requestfinished');
  held[0]();
  await answered;
  await reader.keyboard.press('Control+Enter');
  await until('the focus on the suggestion', () => hasFocus(her.suggestion));
  assert.equal(await her.suggestion.inputValue(), 'schreibt');
});
