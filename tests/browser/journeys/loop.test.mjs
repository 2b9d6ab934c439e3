// The whole way of one report, by mouse: article, desk, mail, and back to the reader.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { control, markByMouse, row, stage, until, whereabouts } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);
const ARTICLE = 'acht-jahre-updates';
const READER = 'leserin@post.example';

test('a reader marks one word, and in the end hears that it was corrected', async () => {
  const earlier = await at.mails();

  // She marks the word, and rights it in its sentence.
  const reader = await at.reader(ARTICLE);
  const her = control(reader);
  await markByMouse(reader, 'instalieren');
  await her.button.click();
  assert.equal(await her.suggestion.inputValue(), 'instalieren');
  assert.match(await her.dialog.locator('blockquote').innerText(), /schnelle Updates will, muss sie auch instalieren/);
  await her.suggestion.fill('installieren');
  assert.equal(await her.change.locator('ins').innerText(), 'installieren');
  assert.equal(await her.change.locator('del').innerText(), 'instalieren');
  await her.email.fill(READER);
  await her.consent.check();
  await her.send.click();
  await her.thanks.waitFor();
  const reference = await her.reference.innerText();
  assert.match(reference, /^FM-\d+$/);
  const statusUrl = /** @type {string} */ (await her.status.getAttribute('href'));
  assert.ok(statusUrl.startsWith(`${at.demo.melder}/r/`));

  // The newsroom has a mail with the wrong word, the right one beside it, and a link to the very place.
  const alert = await at.mail('the alert', (mail) => mail.subject.includes(`[${reference}]`));
  assert.match(alert.subject, /\] Tippfehler\/Rechtschreibung: \S/);
  assert.match(alert.text, /\[instalieren\]/);
  assert.match(alert.text, /Statt: instalieren\nVorschlag: installieren/);
  assert.match(alert.html, /<del[^>]*>instalieren<\/del>/);
  assert.match(alert.html, /<ins[^>]*>installieren<\/ins>/);
  assert.equal(alert.headers['auto-submitted'], 'auto-generated');
  assert.ok(!alert.text.includes(READER) && !alert.html.includes(READER), 'the address stays with us');
  const live = /** @type {string} */ (alert.text.match(/Im Artikel ansehen: (\S+)/)?.[1]);
  assert.match(live, /#:~:text=/);

  // The same mail in the mailbox; its link leads to the passage, marked, in the live article.
  const editor = await at.editor();
  await editor.goto(`${at.demo.melder}/demo/mailbox`);
  await editor.getByRole('link', { name: alert.subject }).first().click();
  assert.match(await editor.locator('.letter').innerText(), /Vorschlag: installieren/);
  await editor.getByRole('link', { name: live }).click();
  await editor.waitForURL(`${at.demo.magazine}/artikel/${ARTICLE}**`);
  await until('the page to move to the passage', async () => {
    const { y, height } = await whereabouts(editor, 'instalieren', { scroll: false });
    return y > 0 && y + height < 800;
  });
  assert.notEqual(await background(editor, 'instalieren'), await background(reader, 'instalieren'), 'the browser marks it');

  // Her address counts only when she says it is hers; a scanner that follows the link says nothing.
  const asking = await at.mail('the question whether the address is hers', (mail) => mail.to.includes(READER));
  assert.ok(!asking.text.includes('instalieren'), 'nobody can write to strangers through us');
  const confirm = /** @type {string} */ (asking.text.match(/\S+\/bestaetigen\/\S+/)?.[0]);
  await (await fetch(confirm)).text();
  await reader.goto(statusUrl);
  await reader.getByText('aber noch nicht bestätigt').waitFor();
  await reader.goto(confirm);
  await reader.getByRole('button', { name: 'Ja, das ist meine Adresse' }).click();
  await reader.getByRole('heading', { name: 'die Adresse ist bestätigt' }).waitFor();

  // The editor finds one ticket and closes it.
  await editor.goto(`${at.demo.melder}/?state=new`);
  await row(editor, reference).getByText('1 Hinweis').waitFor();
  await editor.getByRole('link', { name: reference, exact: true }).click();
  await editor.getByText('Eine Person bekommt Bescheid').waitFor();
  await editor.getByRole('button', { name: 'Korrigiert', exact: true }).first().click();
  await editor.getByText('Erledigt: Korrigiert').waitFor();

  // She hears of it by mail, and on her page.
  const news = await at.mail('the good news', (mail) => mail.to.includes(READER) && mail.subject.includes(reference));
  assert.equal(news.subject, `Ihr Hinweis ${reference}: Korrigiert`);
  assert.match(news.text, /Die Stelle ist korrigiert\. Vielen Dank!/);
  assert.ok(news.text.includes(statusUrl));
  await reader.goto(statusUrl);
  await reader.getByRole('heading', { name: 'Die Stelle ist korrigiert. Vielen Dank!' }).waitFor();

  // Nobody got more than that.
  const mails = await until('all mails', () => at.mails(earlier));
  assert.deepEqual(mails.filter((mail) => mail.to.includes(READER)).map(({ id }) => id).sort(), [asking.id, news.id].sort());
});

/** The commonest colour behind words, as it is on the screen. @param {import('playwright-core').Page} page @param {string} words */
async function background(page, words) {
  const { x, y, width, height } = await whereabouts(page, words);
  const picture = await page.screenshot({ clip: { x: x + 1, y: y + 1, width: width - 2, height: height - 2 } });
  const blank = await at.somebody();
  const commonest = await blank.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    pen.drawImage(image, 0, 0);
    const { data } = pen.getImageData(0, 0, image.width, image.height);
    /** @type {Record<string, number>} */
    const counts = {};
    for (let at = 0; at < data.length; at += 4) {
      const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`;
      counts[colour] = (counts[colour] ?? 0) + 1;
    }
    return Object.entries(counts).sort((a, b) => b[1] - a[1])[0][0];
  }, `data:image/png;base64,${picture.toString('base64')}`);
  await blank.context().close();
  return commonest;
}
