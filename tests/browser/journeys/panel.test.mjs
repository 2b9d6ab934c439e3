// The demo's week, one button each, and an article of one's own.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { control, file, mark, row, stage, until } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);

/** @param {import('playwright-core').Page} editor @param {string} name */
async function press(editor, name) {
  await editor.getByRole('button', { name }).click();
  return editor.locator('main > .message').innerText();
}

test('fourteen readers report the same mistake: one ticket, one mail', async () => {
  const earlier = await at.mails();
  const editor = await at.editor();
  const said = await press(editor, '14 melden denselben Fehler');
  const reference = /** @type {string} */ (said.match(/FM-\d+/)?.[0]);
  assert.match(said, /^14 Menschen haben denselben Fehler .* ein Fall, FM-\d+, und eine Mail im Postfach/);
  await editor.getByRole('heading', { name: reference }).waitFor();
  await editor.locator('.ticket-head').getByText('14 Hinweise').waitFor();
  await editor.getByRole('heading', { name: '14 Leserhinweise' }).waitFor();

  await at.mail('the alert', ({ subject }) => subject.includes(`[${reference}]`));
  // Mails go out in their order: when that of a later ticket is there, nothing more comes of the fourteen.
  const later = await file(at.demo, { comment: 'Etwas ganz anderes.' });
  await at.mail('the later alert', ({ subject }) => subject.includes(`[${later.ticket}]`));
  const alerts = (await at.mails(earlier)).filter(({ subject }) => !subject.includes(`[${later.ticket}]`));
  assert.deepEqual(alerts.map(({ subject }) => subject.match(/FM-\d+/)?.[0]), [reference]);
  await editor.goto(`${at.demo.melder}/?state=new`);
  assert.equal(await row(editor, reference).count(), 1);
});

test('the article is edited, and an agency update brings the old text back', async () => {
  const editor = await at.editor();
  const edited = await press(editor, 'Artikel wird geändert');
  const title = /** @type {string} */ (edited.match(/„(.*)“ ist geändert/)?.[1]);
  await editor.locator('.demo li', { hasText: title }).getByText('geändert').waitFor();
  const address = /** @type {string} */ (await editor.locator('.demo').getByRole('link', { name: title, exact: true }).getAttribute('href'));
  const after = await (await fetch(address)).text();

  assert.match(await press(editor, 'Agentur spielt alten Text ein'), /zurückgebracht/);
  const before = await (await fetch(address)).text();
  assert.notEqual(after, before, 'the magazine shows it');
  assert.match(await press(editor, 'Agentur spielt alten Text ein'), /nichts zurückzubringen/);
});

test('a troll sends three hundred: the desk stays usable, and the mailbox is not flooded', async () => {
  const earlier = await at.mails();
  const editor = await at.editor();
  const said = await press(editor, 'Ein Troll schickt 300');
  const tickets = Number(said.match(/Daraus wurden (\d+) Fälle/)?.[1]);
  assert.match(said, /^Ein Troll hat 300 Hinweise/);
  assert.ok(tickets > 0 && tickets < 300);
  await until('a first mail of it', async () => (await at.mails(earlier)).length > 0);
  assert.ok((await at.mails(earlier)).length <= tickets);
  await editor.getByRole('list', { name: 'Liste der Fälle' }).waitFor();

  // All of it is one row, which keys reach and open.
  assert.match(await editor.locator('.wave').innerText(), /300 Meldungen einer Welle/);
  await until('the flood has the focus', async () => {
    await editor.keyboard.press('j');
    return editor.evaluate(() => document.activeElement?.closest('.wave') !== null && document.activeElement?.closest('.wave') !== undefined);
  });
  await editor.keyboard.press('Enter');
  await editor.waitForURL('**/waves/**');
  await editor.getByRole('button', { name: /als Spam schließen/ }).waitFor();
});

test('an article of one’s own: its script is gone, and the control works in it', async () => {
  const editor = await at.editor();
  await editor.getByRole('link', { name: 'Eigener Artikel' }).click();
  await editor.getByLabel('Überschrift').fill('Bürgermeisterin eröffnet Brücke');
  await editor.getByLabel('Text oder HTML').fill(
    `<p>Die neue Brücke ist <em onclick="window.pwned = 1">ganze</em> zwölf Meter breit.</p>
     <script>window.pwned = 1</script><img src="/nix" onerror="window.pwned = 1" alt="Brücke"><p>Es gab Freibir für alle.</p>`,
  );
  await editor.getByRole('button', { name: 'Artikel ansehen' }).click();
  await editor.waitForURL(`${at.demo.magazine}/artikel/**`);
  await editor.getByRole('heading', { name: 'Bürgermeisterin eröffnet Brücke' }).waitFor();
  await editor.waitForFunction(() => customElements.get('fehler-melden'));
  await editor.getByText('ganze').click();
  assert.equal(await editor.evaluate(() => /** @type {any} */ (window).pwned), undefined);
  assert.equal(await editor.locator('article script, article [onclick], article [onerror]').count(), 0);

  const { button, suggestion, send, thanks, reference } = control(editor);
  await mark(editor, 'Freibir');
  await button.click();
  await suggestion.fill('Freibier');
  await send.click();
  await thanks.waitFor();
  const ticket = await reference.innerText();
  await editor.goto(`${at.demo.melder}/tickets/${ticket}`);
  await editor.locator('.ticket-head ins', { hasText: 'Freibier' }).waitFor();
  await editor.getByRole('link', { name: 'Bürgermeisterin eröffnet Brücke' }).first().waitFor();
});
