// Reader and editor with a thumb. The selection comes from the page's script, as only a real phone has handles; every
// press is a tap.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { PHONE, control, file, mark, row, stage, unfold } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);
const NARROW = { ...PHONE, viewport: { width: 320, height: 640 } };

/** @param {import('playwright-core').Page} page */
const fits = async (page) =>
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `nothing sticks out of ${page.url()}`);

test('on the phone the button comes up at the bottom edge, the dialog fits 320 px, and the editor triages in the train', async () => {
  const reader = await at.reader('acht-jahre-updates', NARROW);
  const her = control(reader);
  await mark(reader, 'instalieren');
  await her.button.waitFor();
  const box = /** @type {{ x: number, y: number, width: number, height: number }} */ (await her.button.boundingBox());
  assert.ok(640 - box.y - box.height < 24, 'at the bottom edge, away from the phone’s own menu');
  assert.ok(box.height >= 44, 'as high as a thumb');
  assert.ok(box.x >= 0 && box.x + box.width <= 320);
  await her.button.tap();
  await her.suggestion.waitFor();

  const dialog = await her.dialog.evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const fields = [...element.querySelectorAll('textarea, input:not([type=radio], [type=checkbox]), select')];
    return {
      inside: left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight,
      wide: element.scrollWidth > element.clientWidth,
      smallest: Math.min(...fields.map((field) => parseFloat(getComputedStyle(field).fontSize))),
    };
  });
  assert.deepEqual({ inside: dialog.inside, wide: dialog.wide }, { inside: true, wide: false });
  assert.ok(dialog.smallest >= 16, 'phones do not zoom into the fields');

  await her.suggestion.fill('installieren');
  await her.send.tap();
  await her.thanks.waitFor();
  const reference = await her.reference.innerText();
  const statusUrl = /** @type {string} */ (await her.status.getAttribute('href'));
  await her.close.tap();
  await her.dialog.waitFor({ state: 'detached' });

  const editor = await at.somebody(NARROW);
  await editor.goto(at.demo.melder);
  await editor.getByLabel('E-Mail-Adresse').fill(at.demo.email);
  await editor.getByLabel('Passwort').fill(at.demo.password);
  await fits(editor);
  await editor.getByRole('button', { name: 'Anmelden' }).tap();
  await row(editor, reference).waitFor();
  await fits(editor);
  await editor.getByRole('link', { name: reference, exact: true }).tap();
  await editor.getByRole('heading', { name: reference }).waitFor();
  await fits(editor);
  const decide = /** @type {{ y: number, height: number }} */ (
    await editor.getByRole('button', { name: 'Korrigiert', exact: true }).first().boundingBox()
  );
  assert.ok(decide.y + decide.height <= 2 * 640, 'what is mostly done needs no long way down');
  assert.ok(decide.height >= 40);
  await (await unfold(editor, 'Anders erledigt')).getByText('Weitergeleitet').tap();
  await fits(editor);
  await editor.getByRole('button', { name: 'Fall erledigen' }).tap();
  await editor.getByText('Erledigt: Weitergeleitet').waitFor();
  await fits(editor);

  await reader.goto(statusUrl);
  await reader.getByRole('heading', { name: 'an die zuständige Stelle weitergeleitet' }).waitFor();
  await fits(reader);
});

test('tapping elsewhere takes the button away; the standing button is there all the same', async () => {
  const reader = await at.reader('neun-ladestopps', PHONE);
  const her = control(reader);
  await mark(reader, 'seperat');
  await her.button.waitFor();
  await reader.evaluate(() => getSelection()?.removeAllRanges());
  await her.button.waitFor({ state: 'hidden' });
  await her.standing.tap();
  await her.words.waitFor();
});

test('the link to the report is shared by the phone’s own means', async () => {
  const { status_url } = await file(at.demo, { comment: 'Da fehlt ein Komma.' });
  const reader = await at.somebody(NARROW);
  await reader.addInitScript(() => {
    Object.defineProperty(navigator, 'share', { value: (/** @type {ShareData} */ data) => ((document.body.dataset.shared = data.url), Promise.resolve()) });
  });
  await reader.goto(status_url);
  await reader.getByRole('button', { name: 'Teilen' }).tap();
  assert.equal(await reader.locator('body').getAttribute('data-shared'), status_url);
  await fits(reader);
});
