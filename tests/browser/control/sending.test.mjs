// From the press on "send" to the reference: bad networks, refusals, drafts, and never two reports for one.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { control, mark, stage } from './browser.mjs';

const { test } = runner;
const at = stage(runner);
const problem = (/** @type {number} */ status, /** @type {object} */ body = {}, headers = {}) => ({ status, headers, body: { type: 'about:blank', ...body } });

test('a cut network keeps every word, and the retry carries the same key and the same bytes', async () => {
  const page = await at.open();
  const { field, send, note, reference } = await mark(page, 'Herstler');
  await field('suggestion').fill('Hersteller');
  await field('comment').fill('Zweite Zeile');
  const keys = /** @type {string[]} */ ([]);
  await page.route('**/api/v1/reports', (route) => {
    keys.push(`${route.request().headers()['idempotency-key']} ${route.request().postData()}`);
    return route.abort('connectionreset');
  });
  await send.click();
  await note.getByText('Keine Verbindung').waitFor({ timeout: 4000 });
  assert.equal(await field('comment').inputValue(), 'Zweite Zeile');
  assert.equal(await send.innerText(), 'Noch einmal versuchen');
  await page.unroute('**/api/v1/reports');
  await send.click();
  await reference.waitFor();
  assert.equal(keys[0], `${at.host.posts[0].key} ${at.host.posts[0].text}`);
});

test('an answer that does not come is said within four seconds; the retry is the same report', async () => {
  at.host.answers.push({ hang: true });
  const page = await at.open();
  const { field, send, note, reference } = await mark(page, 'Herstler');
  await field('suggestion').fill('Hersteller');
  await send.click();
  assert.equal(await send.innerText(), 'Wird gesendet …');
  await note.getByText('Noch keine Antwort').waitFor({ timeout: 4000 });
  await send.click();
  await reference.waitFor();
  assert.equal(at.host.posts.length, 2);
  assert.equal(at.host.posts[0].key, at.host.posts[1].key);
  assert.equal(at.host.posts[0].text, at.host.posts[1].text);
});

test('a late answer is still taken', async () => {
  at.host.answers.push({ after: 4200 });
  const page = await at.open();
  const { send, note, reference } = await mark(page, 'Herstler');
  await send.click();
  await note.getByText('Noch keine Antwort').waitFor();
  await reference.waitFor();
  assert.equal(at.host.posts.length, 1);
});

test('what could not be sent goes by itself when the network is back', async () => {
  const page = await at.open();
  const { field, send, note, reference } = await mark(page, 'Herstler');
  await field('suggestion').fill('Hersteller');
  await page.context().setOffline(true);
  await send.click();
  await note.getByText('von selbst gesendet').waitFor();
  await page.context().setOffline(false);
  await reference.waitFor();
  assert.equal(at.host.posts.length, 1);
});

test('it goes by itself also when the dialog was closed, and says so', async () => {
  const page = await at.open();
  const { field, send, note, close, chip, dialog } = await mark(page, 'Herstler');
  await field('suggestion').fill('Hersteller');
  await page.context().setOffline(true);
  await send.click();
  await note.getByText('von selbst gesendet').waitFor();
  await close.click();
  await dialog.waitFor({ state: 'detached' });
  await page.context().setOffline(false);
  await chip.getByText('FM-1042').waitFor();
  await chip.click();
  await dialog.getByRole('link', { name: 'Stand des Hinweises' }).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.equal(at.host.posts.length, 1);
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
});

test('a closed dialog that waits for the network is found again as it was left', async () => {
  const page = await at.open();
  const { field, send, note, close, way, dialog } = await mark(page, 'Herstler');
  await field('suggestion').fill('Hersteller');
  await page.context().setOffline(true);
  await send.click();
  await note.getByText('von selbst').waitFor();
  await close.click();
  await dialog.waitFor({ state: 'detached' });
  await way.click();
  await note.getByText('von selbst').waitFor();
  assert.equal(await field('suggestion').inputValue(), 'Hersteller');
});

test('words changed after a failure make another report under another key', async () => {
  at.host.answers.push(problem(503, { detail: 'Gerade überlastet.' }, { 'Retry-After': '30' }));
  const page = await at.open();
  const { field, send, note, reference } = await mark(page, 'Herstler');
  await field('suggestion').fill('Hersteller');
  await send.click();
  await note.getByText('Gerade überlastet. Der Hinweis wird von selbst gesendet').waitFor();
  await field('suggestion').fill('Herstellers');
  await send.click();
  await reference.waitFor();
  assert.equal(at.host.posts.length, 2);
  assert.notEqual(at.host.posts[0].key, at.host.posts[1].key);
});

test('a double click makes one report', async () => {
  at.host.answers.push({ after: 300 });
  const page = await at.open();
  const { send, reference } = await mark(page, 'Herstler');
  await send.dblclick();
  await reference.waitFor();
  assert.equal(at.host.posts.length, 1);
});

test('an overloaded server is tried again by itself', async () => {
  at.host.answers.push(problem(503, { detail: 'Gerade überlastet.' }), problem(429, { detail: 'Zu viele Hinweise.' }, { 'Retry-After': '1' }));
  const page = await at.open();
  page.setDefaultTimeout(20000);
  const { send, reference } = await mark(page, 'Herstler');
  await send.click();
  await reference.waitFor();
  assert.equal(new Set(at.host.posts.map(({ key }) => key)).size, 1);
  assert.equal(at.host.posts.length, 3);
});

test('what the server refuses stands next to its field, and the rest in the message', async () => {
  at.host.answers.push(
    problem(422, {
      detail: 'Einige Angaben stimmen nicht.',
      errors: [
        { pointer: '/comment', detail: 'Höchstens 5.000 Zeichen.' },
        { pointer: '/contact/email', detail: 'Diese Adresse gibt es nicht.' },
        { pointer: '/target/source', detail: 'Die Seite passt nicht.' },
      ],
    }),
  );
  const page = await at.open();
  const { field, send, note, error, reference } = await mark(page, 'Herstler');
  await field('suggestion').fill('Hersteller');
  await field('comment').fill('Ein Kommentar');
  await field('email').fill('leserin@example.org');
  await field('consent').check();
  await send.click();
  await note.getByText('Einige Angaben stimmen nicht. Die Seite passt nicht.').waitFor();
  assert.equal(await error('comment').innerText(), 'Höchstens 5.000 Zeichen.');
  assert.equal(await error('email').innerText(), 'Diese Adresse gibt es nicht.');
  assert.equal(await field('comment').getAttribute('aria-invalid'), 'true');
  assert.ok(await field('comment').evaluate((one) => one.matches(':focus')));
  assert.match(String(await field('comment').getAttribute('aria-describedby')), /comment-error/);
  await field('comment').fill('Kürzer');
  await send.click();
  await reference.waitFor();
  assert.deepEqual(at.host.posts[1].body.contact, { email: 'leserin@example.org', consent: true });
  assert.equal(await field('comment').count(), 0);
});

test('a refusal without a body is said in our own words', async () => {
  at.host.answers.push({ status: 403, body: null });
  const page = await at.open();
  const { send, note } = await mark(page, 'Herstler');
  await send.click();
  await note.getByText('Der Hinweis ist noch nicht gesendet.').waitFor();
});

test('an address asks for consent before anything is sent', async () => {
  const page = await at.open();
  const { field, send, error, dialog } = await mark(page, 'Herstler');
  assert.equal(await field('consent').isVisible(), false);
  await field('email').fill('leserin@');
  await send.click();
  assert.equal(await error('email').innerText(), 'Das ist keine E-Mail-Adresse.');
  await field('email').fill('leserin@example.org');
  await send.click();
  assert.equal(await error('email').innerText(), '');
  assert.match(await error('consent').innerText(), /zustimmen/);
  assert.match(await dialog.locator('label:has([name=consent])').innerText(), /^Beispielmagazin darf mir/);
  assert.equal(at.host.posts.length, 0);
});

test('a report about nothing asks for a word', async () => {
  const page = await at.open();
  const { way, send, error, field, reference } = control(page);
  await way.click();
  await send.click();
  assert.match(await error('comment').innerText(), /kurz beschreiben/);
  await field('part').selectOption('image');
  await field('comment').fill('Das Bild zeigt ein anderes Modell.');
  await send.click();
  await reference.waitFor();
  const { target, part, kind, comment } = at.host.posts[0].body;
  assert.deepEqual([target, part, kind, comment], [undefined, 'image', 'fact', 'Das Bild zeigt ein anderes Modell.']);
});

test('content asks for a source, technical matters for no wording', async () => {
  const page = await at.open();
  const { field, kind, send, reference } = await mark(page, '499');
  await kind('fact').check();
  await field('source').fill('hersteller.example/preise');
  await kind('display').check();
  assert.equal(await field('suggestion').isVisible(), false);
  assert.equal(await field('source').isVisible(), false);
  await kind('fact').check();
  await send.click();
  await reference.waitFor();
  const { source, suggestion, kind: sent } = at.host.posts[0].body;
  assert.deepEqual([source, suggestion, sent], ['https://hersteller.example/preise', undefined, 'fact']);
});

test('words that were emptied are to be deleted', async () => {
  const page = await at.open();
  const { field, send, reference } = await mark(page, 'Auch die ');
  await field('suggestion').fill('');
  await send.click();
  await reference.waitFor();
  const { suggestion, comment } = at.host.posts[0].body;
  assert.deepEqual([suggestion, comment], [undefined, 'Vorschlag: streichen.']);
});

test('a comment about legal claims shows where they belong', async () => {
  const page = await at.open();
  const { field, dialog } = await mark(page, 'Herstler');
  const hint = dialog.getByText('keine förmliche Zustellung');
  await field('comment').fill('Bitte zur Verfügung stellen.');
  assert.equal(await hint.isVisible(), false);
  await field('comment').fill('Mein Anwalt fordert Unterlassung.');
  await hint.waitFor();
  assert.equal(await hint.getByRole('link').getAttribute('href'), 'https://magazin.example/recht');
});

test('the site’s own links, and a form that works without them', async () => {
  const page = await at.open();
  const { dialog, send, reference, field } = await mark(page, 'Herstler');
  assert.deepEqual(await dialog.locator('footer a').allInnerTexts(), ['Meinung? Zu den Kommentaren', 'Gegendarstellung und Recht', 'Datenschutz']);
  await page.reload();
  await page.route('**/embed/site/**', (route) => route.abort());
  await mark(page, 'Herstler');
  assert.equal(await dialog.locator('footer a').count(), 0);
  // Nor is an address asked for: nobody could say under which terms.
  assert.equal(await field('email').isVisible(), false);
  await send.click();
  await reference.waitFor();
  assert.equal(at.host.posts.at(-1)?.body.contact, undefined);
});

test('a draft outlives a reload, is found from either way in, and goes when it is sent', async () => {
  const page = await at.open();
  const { way, dialog, field, kind, send, reference } = await mark(page, 'Herstler');
  assert.equal(await page.evaluate(() => sessionStorage.length), 0, 'nothing is stored before the first key');
  await field('suggestion').fill('Hersteller');
  await field('comment').fill('Angefangen');
  await kind('fact').check();
  await page.reload();
  await way.click();
  assert.equal(await dialog.locator('mark').innerText(), 'Herstler');
  assert.equal(await field('suggestion').inputValue(), 'Hersteller');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await mark(page, 'Konkurenz');
  assert.equal(await field('comment').inputValue(), '', 'another passage is another report');
  await field('comment').fill('Noch einer');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await mark(page, 'Herstler');
  assert.equal(await field('comment').inputValue(), 'Angefangen');
  assert.ok(await kind('fact').isChecked());
  await send.click();
  await reference.waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await way.click();
  assert.equal(await field('comment').inputValue(), 'Noch einer');
  await dialog.getByRole('button', { name: 'Andere Stelle' }).click();
  assert.ok(await field('words').isVisible());
  assert.equal(await field('comment').inputValue(), 'Noch einer');
});

test('a retry after a reload is still the same report', async () => {
  const page = await at.open();
  const { field, send, reference, way, note } = await mark(page, 'Herstler');
  await field('suggestion').fill('Hersteller');
  at.host.answers.push(problem(503));
  await send.click();
  await note.getByText('von selbst').waitFor();
  await page.reload();
  await way.click();
  await send.click();
  await reference.waitFor();
  assert.equal(at.host.posts[0].key, at.host.posts[1].key);
  assert.equal(at.host.posts[0].text, at.host.posts[1].text);
});

test('words typed in become a passage, or one of several, or a line in the comment', async () => {
  const page = await at.open();
  const { way, field, send, reference, dialog, kind } = control(page);
  await way.click();
  await field('words').fill('ein grosser');
  await dialog.getByText('So steht es nicht im Text').waitFor();
  assert.ok(await kind('spelling').isChecked());
  await field('words').fill('"das ist ein großer schritt"');
  await dialog.locator('mark').waitFor();
  assert.equal(await dialog.locator('mark').innerText(), '„Das ist ein gro\u00ADßer Schritt“');
  assert.equal(await field('suggestion').inputValue(), '„Das ist ein großer Schritt“');
  await field('words').fill('Karten');
  await dialog.getByRole('radio', { name: /bleiben begehrt/ }).check();
  assert.equal(await dialog.locator('[name=place]').count(), 3);
  await field('suggestion').fill('Grafikkarten');
  await send.click();
  await reference.waitFor();
  const [quote, position] = at.host.posts[0].body.target.selector;
  assert.equal(quote.exact, 'Karten');
  assert.match(quote.suffix, /^ bleiben begehrt/);
  assert.ok(position.end - position.start == 6);
  assert.equal(at.host.posts[0].body.suggestion, 'Grafikkarten');
  await page.reload();
  await way.click();
  await field('words').fill('ein grosser');
  await dialog.getByText('So steht es nicht im Text').waitFor();
  await field('suggestion').fill('ein großer');
  await send.click();
  await reference.waitFor();
  const { target, comment, suggestion } = at.host.posts[1].body;
  assert.deepEqual([target, comment, suggestion], [undefined, 'Falsche Wörter: ein grosser', 'ein großer']);
});

test('a selection of more than 2,000 characters is explained', async () => {
  const page = await at.open('/?long');
  const { chip, dialog, field } = control(page);
  await page.evaluate(() => getSelection()?.selectAllChildren(/** @type {Node} */ (document.querySelector('#long'))));
  await chip.click();
  await dialog.getByText('mehr als 2000 Zeichen').waitFor();
  assert.ok(await field('words').isVisible());
});

test('what waits is not sent by itself any more once its words are changed', async () => {
  const page = await at.open();
  const { field, send, note, reference } = await mark(page, 'Herstler');
  await page.context().setOffline(true);
  await send.click();
  await note.getByText('von selbst').waitFor();
  await field('suggestion').fill('Hersteller');
  assert.equal(await note.innerText(), '');
  await page.context().setOffline(false);
  await page.waitForTimeout(500);
  assert.equal(at.host.posts.length, 0);
  await send.click();
  await reference.waitFor();
  assert.equal(at.host.posts[0].body.suggestion, 'Hersteller');
});

test('words typed just before sending are looked for all the same', async () => {
  const page = await at.open();
  const { way, field, send, reference } = control(page);
  await way.click();
  await field('words').fill('Konkurenz');
  await send.click();
  await reference.waitFor();
  assert.equal(at.host.posts[0].body.target.selector[0].exact, 'Konkurenz');
});

test('words typed just before sending are looked for all the same, and a slow answer still shows', async () => {
  at.host.answers.push({ after: 700 });
  const page = await at.open();
  const { way, field, send, reference } = control(page);
  await way.click();
  await field('words').fill('Konkurenz');
  await send.click();
  await reference.waitFor();
  assert.equal(at.host.posts.length, 1);
});

test('what goes by itself leaves the words for another passage alone', async () => {
  const page = await at.open();
  const { field, send, note, close, chip } = await mark(page, 'Herstler');
  await page.context().setOffline(true);
  await send.click();
  await note.getByText('von selbst').waitFor();
  await close.click();
  await mark(page, 'Konkurenz');
  await field('suggestion').fill('Konkurrenz');
  await close.click();
  await page.context().setOffline(false);
  await chip.getByText('Danke. Ihr Hinweis ist angekommen. FM-1042').click();
  await close.click();
  await mark(page, 'Konkurenz');
  assert.equal(await field('suggestion').inputValue(), 'Konkurrenz');
});

test('two reports go by themselves: both receipts can be seen', async () => {
  for (const ticket of ['FM-1', 'FM-2']) at.host.answers.push({ body: { id: ticket, ticket, status_url: `${at.host.melder}/r/${ticket}` } });
  const page = await at.open();
  const { field, send, note, close, chip, way, reference } = control(page);
  for (const [wrong, right] of [['Herstler', 'Hersteller'], ['Konkurenz', 'Konkurrenz']]) {
    await mark(page, wrong);
    await page.context().setOffline(true);
    await field('suggestion').fill(right);
    await send.click();
    await note.getByText('von selbst').waitFor();
    await close.click();
  }
  await page.context().setOffline(false);
  await page.waitForFunction(() => document.querySelector('fehler-melden')?.shadowRoot?.querySelector('.chip')?.textContent?.startsWith('Danke'));
  for (let tries = 0; at.host.posts.length < 2; tries += 1) {
    assert.ok(tries < 100, 'the second goes too');
    await page.waitForTimeout(50);
  }
  await chip.click();
  const seen = [await reference.innerText()];
  await close.click();
  await way.click();
  seen.push(await reference.innerText());
  assert.deepEqual(seen.sort(), ['FM-1', 'FM-2']);
});

test('what was sent by itself and refused is said, and its dialog says why', async () => {
  at.host.answers.push(problem(422, { detail: 'Bitte die Angaben prüfen.', errors: [{ pointer: '/suggestion', detail: 'Zu lang.' }] }));
  const page = await at.open();
  const { field, send, note, close, chip, error } = await mark(page, 'Herstler');
  await field('suggestion').fill('Hersteller');
  await page.context().setOffline(true);
  await send.click();
  await note.getByText('von selbst').waitFor();
  await close.click();
  await page.context().setOffline(false);
  await chip.getByText('Der Hinweis ist noch nicht gesendet.').click();
  await error('suggestion').getByText('Zu lang.').waitFor();
  assert.equal(await field('suggestion').inputValue(), 'Hersteller');
});

test('a word that every object knows is no house word', async () => {
  Object.assign(at.host.site, { known: { haus: 'So heißt es.' } });
  const page = await at.open();
  await page.evaluate(() => document.querySelector('#third')?.append(' Der Constructor fehlt.'));
  const { dialog, send, reference } = await mark(page, 'Constructor');
  await dialog.getByText('Datenschutz').last().waitFor();
  assert.doesNotMatch(await dialog.innerText(), /native code/);
  await send.click();
  await reference.waitFor();
  assert.equal(at.host.posts[0].body.insisted, undefined);
});

test('a page that describes itself oddly can be reported all the same', async () => {
  const page = await at.open('/?odd');
  const { send, reference } = await mark(page, 'Herstler');
  await send.click();
  await reference.waitFor();
  const { sections, authors } = at.host.posts[0].body.article;
  assert.deepEqual([sections, authors], [['Hardware'], ['7']]);
});
