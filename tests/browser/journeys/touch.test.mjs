// The desk by touch alone: the main decisions under the thumb, nothing covered, nothing too small.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { assertNoViolations } from '../support/axe.mjs';
import { file, row, stage } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);
const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };

/** @param {import('playwright-core').Locator} target */
async function box(target) {
  const found = await target.boundingBox();
  assert.ok(found, `${target} is seen`);
  return found;
}

test('a ticket is decided with a thumb: the bar stays at the lower edge, its targets are large', async () => {
  const { ticket } = await file(at.demo, { comment: 'Mit dem Daumen.' });
  const page = await at.editor(PHONE);
  await page.goto(`${at.demo.melder}/?state=new`);
  await row(page, ticket).getByRole('link', { name: ticket }).tap();
  const bar = page.getByRole('navigation', { name: 'Entscheiden' });
  const { y, height } = await box(bar);
  assert.ok(y + height <= 641 && y > 500, `at the lower edge: ${y} + ${height}`);
  for (const button of await bar.locator('.button:visible').all()) {
    const { width, height } = await box(button);
    assert.ok(width >= 44 && height >= 44, `${await button.innerText()}: ${width} × ${height}`);
  }
  // At the page's end the bar stands below everything; before, what it covers half can be scrolled to.
  await page.evaluate(() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' }));
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await assertNoViolations(page, { state: `the bar (${colorScheme})` });
  }
  // What has the focus is not behind the bar (WCAG 2.4.11).
  for (let n = 0; n < 40; n++) {
    await page.keyboard.press('Tab');
    const hidden = await page.evaluate(() => {
      const [active, bar] = [document.activeElement, document.querySelector('.thumb-bar')];
      if (!active || !bar || active === document.body || bar.contains(active)) return false;
      const [one, other] = [active.getBoundingClientRect(), bar.getBoundingClientRect()];
      return one.top >= other.top && one.bottom <= other.bottom + 1;
    });
    assert.ok(!hidden, `after ${n + 1} presses the focus is behind the bar`);
  }
  await bar.getByText('Kein Fehler').tap();
  await page.locator('[data-act=not-an-error]').getByText('Hausschreibweise').tap();
  await page.locator('[data-act=not-an-error] button[type=submit]').last().tap();
  await page.getByText(/Erledigt/).first().waitFor();
});

test('rows are chosen by touch, and what is done with them is in reach', async () => {
  const { ticket } = await file(at.demo, { comment: 'Zum Antippen.' });
  const page = await at.editor(PHONE);
  await page.goto(`${at.demo.melder}/?state=new`);
  const pick = row(page, ticket).locator('.pick');
  const { width, height } = await box(pick);
  assert.ok(width >= 44 && height >= 44, `${width} × ${height}`);
  await pick.tap();
  const bar = page.getByRole('form', { name: 'Ausgewählte Fälle' });
  await bar.getByText('Ein Fall ausgewählt').waitFor();
  const assign = bar.getByRole('button', { name: 'Zuweisen …' });
  const place = await box(assign);
  assert.ok(place.y + place.height <= 640 && place.height >= 44);
  await assign.tap();
  await page.getByRole('button', { name: 'Fall zuweisen' }).tap();
  await page.getByText('Ein Fall wurde geändert.').waitFor();
});
