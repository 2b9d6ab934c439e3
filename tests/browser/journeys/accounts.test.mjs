// Somebody is invited, chooses a password, sets up a second factor and signs in with it; an admin sets up a site and its desks.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { stage, until } from '../support/people.mjs';
import { readMails } from '../support/mails.mjs';
import { code } from '../support/second-factor.mjs';
import { assertNoViolations } from '../support/axe.mjs';

const { test } = runner;
const at = stage(runner);
const PASSWORD = 'drei kleine Elche im Regen';

test('invited, at the desk, a second factor, signed in with it', async () => {
  const chief = await at.editor();
  await chief.goto(`${at.demo.melder}/settings/people/new`);
  await chief.getByLabel('E-Mail-Adresse').fill('neu@magazin.example');
  await assertNoViolations(chief, { state: 'inviting' });
  const earlier = await readMails(at.demo.data);
  await chief.getByRole('button', { name: 'Einladung schicken' }).click();
  await chief.getByText('Die Einladung ist unterwegs.').waitFor();
  const mail = await until('the invitation', async () => (await readMails(at.demo.data, earlier)).find(({ to }) => to.includes('neu@magazin.example')));
  const link = mail.text.match(/https?:\S+\/invitation\/\S+/)?.[0] ?? '';

  // Without script, as a careful person might.
  const page = await at.somebody({ javaScriptEnabled: false });
  await page.goto(`${at.demo.melder}${new URL(link).pathname}`);
  await page.getByLabel('Name').fill('Nele Neu');
  await page.getByLabel('Passwort').fill(PASSWORD);
  await page.getByRole('button', { name: 'Einladung annehmen' }).click();
  await page.getByRole('heading', { name: 'Sicherheit' }).waitFor();
  await page.getByRole('link', { name: 'Zweiten Faktor einrichten' }).click();
  const spelled = await page.locator('.spelled').innerText();
  await page.getByLabel('Erster Code').fill(code(spelled));
  await page.getByRole('button', { name: 'Einrichten' }).click();
  await page.getByText('Der zweite Faktor ist eingerichtet.').waitFor();
  const recovery = (await page.locator('#codes').innerText()).trim().split(/\s+/);
  assert.equal(recovery.length, 10);

  const later = await at.somebody();
  await later.goto(`${at.demo.melder}/sign-in`);
  await later.getByLabel('E-Mail-Adresse').fill('neu@magazin.example');
  await later.getByLabel('Passwort').fill(PASSWORD);
  await later.getByRole('button', { name: 'Anmelden' }).click();
  await assertNoViolations(later, { state: 'the second factor' });
  await later.getByLabel('Code').fill('000000');
  await later.getByRole('button', { name: 'Anmelden' }).click();
  await later.getByRole('alert').getByText('Der Code stimmt nicht').waitFor();
  await later.getByLabel('Code').fill(code(spelled, 1));
  await later.getByRole('button', { name: 'Anmelden' }).click();
  await later.getByRole('banner').getByText('Nele Neu').waitFor();
});

test('the two lines are found in the demo’s own article, and desks are set up', async () => {
  const chief = await at.editor();
  await chief.goto(`${at.demo.melder}/settings`);
  await chief.getByRole('link', { name: 'Einbetten und prüfen' }).first().click();
  await chief.getByRole('button', { name: 'Prüfen' }).click();
  await chief.locator('.finding').first().waitFor();
  assert.equal(await chief.locator('.finding.bad').count(), 0, await chief.locator('main').innerText());
  await assertNoViolations(chief, { state: 'the check' });
  await chief.goto(`${at.demo.melder}/settings`);
  await chief.getByRole('link', { name: 'Ressorts' }).first().click();
  const form = chief.locator('form').filter({ has: chief.getByRole('button', { name: 'Ressort anlegen' }) });
  await form.getByLabel('Name').fill('Wissenschaft');
  await form.getByLabel('Rubriken').fill('Forschung\nRaumfahrt');
  await form.getByRole('button').click();
  await chief.getByText('Angelegt.').waitFor();
  await chief.getByRole('heading', { name: 'Wissenschaft' }).waitFor();
  await chief.goto(`${at.demo.melder}/settings/history`);
  await chief.getByText('Ressort angelegt: Wissenschaft').waitFor();
});

const PAGES = [
  '/profile', '/profile/security', '/profile/security/factor', '/profile/sessions', '/profile/tokens', '/settings', '/settings/sites/new',
  '/settings/people', '/settings/people/new', '/settings/history', '/confirm',
];

for (const [words, options] of /** @type {const} */ ([
  ['in German, light', { locale: 'de-DE' }],
  ['in German, dark, narrow', { locale: 'de-DE', colorScheme: 'dark', viewport: { width: 320, height: 700 } }],
])) {
  test(`settings and profile are accessible ${words}`, async () => {
    const page = await at.editor(options);
    const own = await page.context();
    for (const path of PAGES) {
      await page.goto(`${at.demo.melder}${path}`);
      await assertNoViolations(page, { state: `${path} ${words}` });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${path} scrolls sideways by ${wide} px ${words}`);
    }
    await own.clearCookies();
    for (const path of ['/password', '/sign-in', '/invitation/nothing']) {
      await page.goto(`${at.demo.melder}${path}`);
      await assertNoViolations(page, { state: `${path} ${words}` });
    }
  });
}
