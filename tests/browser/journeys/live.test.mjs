// What comes while one looks: new tickets wait until they are asked for, a colleague at the same ticket is seen, and what they did is said.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { assertNoViolations } from '../support/axe.mjs';
import { colleague } from '../support/colleagues.mjs';
import { file, hasFocus, row, stage, until } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);

/** Until the page listens. @param {import('playwright-core').Page} page */
const listens = (page) => page.waitForResponse((response) => new URL(response.url()).pathname === '/events');

test('new tickets are counted and wait; nothing moves; shown, they have the focus and the selection stays', async () => {
  const { ticket } = await file(at.demo, { comment: 'Das hier war schon da.' });
  const page = await at.editor();
  const listening = listens(page);
  await page.goto(`${at.demo.melder}/?state=new`);
  await listening;
  const known = row(page, ticket);
  await known.getByRole('checkbox').check();
  const before = await known.boundingBox();
  const counted = await page.locator('nav.states a[href="/?state=new"] .figure').innerText();

  const arrived = [];
  for (let n = 0; n < 3; n++) arrived.push((await file(at.demo, { comment: `Neu ${n} ${crypto.randomUUID()}` })).ticket);
  const bar = page.getByRole('button', { name: '3 neue Fälle – anzeigen' });
  await bar.waitFor();
  assert.equal(await row(page, arrived[0]).count(), 0, 'nothing shows itself');
  assert.deepEqual(await known.boundingBox(), before, 'and nothing moves');
  await until('the counter', async () => Number(await page.locator('nav.states a[href="/?state=new"] .figure').innerText()) === Number(counted) + 3);
  for (const [colorScheme, width] of /** @type {const} */ ([['light', 1280], ['dark', 320]])) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 800 });
    await assertNoViolations(page, { state: `three new tickets wait (${colorScheme})` });
  }
  await page.setViewportSize({ width: 1280, height: 800 });

  await bar.click();
  for (const reference of arrived) await row(page, reference).waitFor();
  assert.ok(await row(page, ticket).getByRole('checkbox').isChecked());
  assert.ok(await page.evaluate(() => document.activeElement?.closest('.row.arrived')), 'the first new one has the focus');
  assert.equal(await bar.count(), 0);
});

test('two at one ticket see each other, and who comes second is told what changed', async () => {
  const { ticket } = await file(at.demo, { comment: 'Zwei sehen das.' });
  const maria = await at.editor();
  const jonas = await colleague(at, 'Jonas');
  for (const page of [maria, jonas]) {
    const listening = listens(page);
    await page.goto(`${at.demo.melder}/tickets/${ticket}`);
    await listening;
  }
  await maria.getByText(/auch offen: Jonas/).waitFor();
  await jonas.locator('.present:not(:empty)').waitFor();

  await jonas.locator('[data-act=corrected] button').first().click();
  const told = maria.locator('[data-live-ticket]:not([hidden])');
  await told.getByText('Der Fall hat sich inzwischen geändert.').waitFor();
  for (const [colorScheme, width] of /** @type {const} */ ([['light', 1280], ['dark', 320]])) {
    await maria.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await maria.setViewportSize({ width, height: 800 });
    await assertNoViolations(maria, { state: `changed meanwhile (${colorScheme})` });
  }
  await told.getByRole('link', { name: 'Neu laden' }).click();
  await maria.getByText(/Erledigt/).first().waitFor();
  assert.ok(await maria.locator('[data-live-ticket]').isHidden(), 'one’s own page is up to date');

  const listening = listens(maria);
  await maria.reload();
  await listening;
  await jonas.close();
  await until('Jonas to be gone', async () => (await maria.locator('.present').innerText()) === '');
});

test('a row that a colleague decided says so and stays where it is', async () => {
  const { ticket } = await file(at.demo, { comment: 'In der Liste.' });
  const maria = await at.editor();
  const listening = listens(maria);
  await maria.goto(`${at.demo.melder}/?state=new`);
  await listening;
  const jonas = await colleague(at, 'Jonas');
  await jonas.goto(`${at.demo.melder}/tickets/${ticket}`);
  await jonas.locator('[data-act=corrected] button').first().click();
  await row(maria, ticket).getByText('Inzwischen geändert.').waitFor();
  await row(maria, ticket).getByRole('link', { name: ticket }).focus();
  assert.ok(await hasFocus(row(maria, ticket).getByRole('link', { name: ticket })));
  await maria.keyboard.press('1');
  await maria.locator('#announced').filter({ hasText: /inzwischen geändert|geht hier/ }).waitFor();
});
