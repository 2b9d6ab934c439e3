// axe-core finds nothing on any page and in any state. Each is looked at four times, so that every language meets both
// colour schemes and both widths, and every scheme both widths: in light by all rules, then in dark by those that what is
// in the page does not decide alone. And nothing sticks out at 320 px, which is also what 400 % zoom leaves of 1280.
// The last test asks the program's own table of addresses whether a page was left out.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { assertNoViolations } from '../support/axe.mjs';
import { control, file, mark, stage } from '../support/people.mjs';
import { pages, patternOf } from '../support/routes.mjs';
import { ownAccount, settings, severalTickets } from './axe-visits.mjs';

const { test } = runner;
const at = stage(runner, prepare);

const BY_LOOKS = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable', 'target-size'];
/** @type {Record<'de' | 'en', [scheme: 'light' | 'dark', width: number, rules?: string[]][]>} */
const LOOKS = {
  de: [
    ['light', 1280],
    ['dark', 320, BY_LOOKS],
  ],
  en: [
    ['light', 320],
    ['dark', 1280, BY_LOOKS],
  ],
};

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {[state: string, go: (page: Page) => unknown]} Visit */

/** The paths of what was looked at. @type {Record<'de' | 'en', Set<string>>} */
const looked = { de: new Set(), en: new Set() };

/** @param {Page} page @param {keyof typeof LOOKS} language @param {string} state */
async function look(page, language, state) {
  if (/^http/.test(page.url())) looked[language].add(new URL(page.url()).pathname);
  for (const [colorScheme, width, rules] of LOOKS[language]) {
    const where = `${state} (${language}, ${colorScheme}, ${width} px)`;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 800 });
    await assertNoViolations(page, { state: where, rules });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `something sticks out: ${where}`);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${where.replaceAll(/[^\w]+/g, '-')}.png`, fullPage: true });
  }
}

/** @type {Record<string, string>} what stands where, found once */
const urls = {};
async function prepare() {
  const { melder, magazine } = at.demo;
  const left = await file(at.demo, { comment: 'Bitte um Antwort.', contact: { email: 'ada@post.example', consent: true } });
  const marked = await file(at.demo, { target: { source: `${magazine}/artikel/acht-jahre-updates`, selector: [{ type: 'TextQuoteSelector', exact: 'Feler', prefix: 'Das ist ein ', suffix: ' im Satz.\nUnd weiter' }] } });
  const mail = await at.mail('the question', ({ to }) => to.includes('ada@post.example'));
  const alert = await at.mail('the alert', ({ subject }) => subject.includes(`[${left.ticket}]`));
  const site = (await (await fetch(`${magazine}/artikel/acht-jahre-updates`)).text()).match(/site="([^"]+)"/)?.[1] ?? '';
  Object.assign(urls, {
    status: left.status_url,
    ticket: `${melder}/tickets/${left.ticket}`,
    passage: `${melder}/tickets/${marked.ticket}/passage`,
    confirm: mail.text.match(/\S+\/bestaetigen\/\S+/)?.[0],
    mail: `${melder}/demo/mailbox/${alert.id}`,
    melden: `${melder}/melden?${new URLSearchParams({ site, url: `${magazine}/artikel/acht-jahre-updates` })}`,
  });
}

/** Visits pages, in both languages. @param {string} name @param {(melder: string, language: 'de' | 'en') => Visit[]} visits @param {(options: object) => Promise<Page>} who */
function visit(name, visits, who) {
  for (const language of /** @type {const} */ (['de', 'en'])) {
    test(`${name}, ${language}`, async () => {
      const page = await who({ locale: language === 'de' ? 'de-DE' : 'en-GB' });
      const { melder } = at.demo;
      await page.context().addCookies([{ name: 'lang', value: language, url: melder }]);
      for (const [state, go] of visits(melder, language)) {
        await go(page);
        await look(page, language, state);
      }
    });
  }
}

visit(
  'pages for readers',
  (melder) => [
    ['the form', (page) => page.goto(urls.melden)],
    [
      'the form with errors',
      async (page) => {
        await page.locator('[name=kind][value=fact]').check();
        await page.locator('#email').fill('ada@post.example');
        await page.locator('form button[type=submit]').click();
        await page.getByRole('alert').waitFor();
      },
    ],
    [
      'the thanks',
      async (page) => {
        await page.locator('#comment').fill('Es fehlt ein Absatz.');
        await page.locator('#consent').check();
        await page.locator('form button[type=submit]').click();
        await page.locator('h1[data-received]').waitFor();
      },
    ],
    ['the status', (page) => page.goto(urls.status)],
    ['to withdraw', (page) => page.goto(`${urls.status}?action=withdraw`)],
    ['to delete the address', (page) => page.goto(`${urls.status}?action=delete_address`)],
    ['the status after deleting', (page) => page.goto(`${urls.status}?done=delete_address`)],
    ['to confirm the address', (page) => page.goto(urls.confirm)],
    ['an expired confirmation', (page) => page.goto(`${melder}/bestaetigen/none`)],
    ['no such report', (page) => page.goto(`${melder}/r/none`)],
    ['no such form', (page) => page.goto(`${melder}/melden?site=none`)],
    ['the sign-in', (page) => page.goto(`${melder}/sign-in`)],
    [
      'the refused sign-in',
      async (page) => {
        await page.locator('#email').fill('ada@post.example');
        await page.locator('#password').fill('falsch');
        await page.locator('form[action="/sign-in"] button').click();
        await page.getByRole('alert').waitFor();
      },
    ],
    ['the API’s documentation', async (page) => assert.equal((await page.goto(`${melder}/api/docs`))?.status(), 200)],
    ['the mailbox, not signed in', (page) => page.goto(`${melder}/demo/mailbox`)],
  ],
  (options) => at.somebody(options),
);

/** @param {Page} page */
const unfoldAll = (page) =>
  page.evaluate(() => {
    for (const fold of document.querySelectorAll('details')) {
      fold.removeAttribute('name');
      fold.open = true;
    }
  });

visit(
  'the desk',
  (melder) => [
    [
      'the inbox',
      async (page) => {
        await page.goto(melder);
        if ((await page.locator('html').getAttribute('lang')) !== (await page.evaluate(() => navigator.language.slice(0, 2)))) {
          await page.locator('.account summary').click();
          await page.locator('.account [name=language]:not([aria-current])').click();
        }
        await page.goto(`${melder}/?state=new`);
      },
    ],
    ['the passage', (page) => page.goto(urls.passage)],
    ...['open', 'waiting', 'snoozed', 'closed'].map((state) => /** @type {Visit} */ ([`the inbox: ${state}`, (page) => page.goto(`${melder}/?state=${state}`)])),
    ['the inbox with everything open', async (page) => (await page.goto(`${melder}/?kind=spelling`), await unfoldAll(page))],
    ['the list by article', (page) => page.goto(`${melder}/?shape=articles`)],
    ['a search that is not understood', (page) => page.goto(`${melder}/?q=kind:quatsch`)],
    ['saved views', (page) => page.goto(`${melder}/views`)],
    ['nothing found', (page) => page.goto(`${melder}/?q=xyzxyz`)],
    ['a new ticket', (page) => page.goto(urls.ticket)],
    ['a ticket with all decisions open', (page) => unfoldAll(page)],
    [
      'a refused decision',
      async (page) => {
        await page.locator('#duplicate-of').fill('FM-999999');
        await page.locator('details', { has: page.locator('#duplicate-of') }).locator('button').click();
        await page.locator('#duplicate-of-error').waitFor();
      },
    ],
    [
      'a closed ticket',
      async (page) => {
        await page.goto(`${melder}/?state=closed&resolution=corrected`);
        await page.locator('.row h2 a').first().click();
        await page.locator('[action$="/reopening"]').waitFor();
      },
    ],
    [
      'a ticket with many reports',
      async (page) => {
        await page.goto(melder);
        await page.locator('.row', { has: page.locator('.many') }).first().locator('h2 a').click();
        await page.locator('.ticket-head').waitFor();
      },
    ],
    [
      'an article',
      async (page) => {
        await page.goto(urls.ticket);
        await page.locator('.ticket-head a[href^="/articles/"]').click();
        await page.locator('.article-page').waitFor();
        urls.article = page.url();
      },
    ],
    ['before versions are forgotten', (page) => page.goto(`${urls.article}/forgetting`)],
    ['an article looked at', async (page) => (await page.goto(urls.article), await page.locator('form[action$="/looks"] button').click(), await page.locator('main > .message').waitFor())],
    ['the editor of an article', (page) => page.goto(`${melder}/demo/articles/mini-pc-aus-flensburg`)],
    [
      'the editor of an article with errors',
      async (page) => {
        for (const field of await page.locator('textarea[name=text]').all()) await field.fill('');
        await page.locator('#headline').fill('x'.repeat(301));
        await page.locator('button[value=save]').click();
        await page.locator('#headline-error').waitFor();
      },
    ],
    ['no such ticket', (page) => page.goto(`${melder}/tickets/FM-999999`)],
    ['the mailbox', (page) => page.goto(`${melder}/demo/mailbox`)],
    ['a mail', async (page) => (await page.goto(urls.mail), await unfoldAll(page))],
    // In the mailbox its policy forbids every script, axe-core's too.
    ['a mail’s HTML', async (page) => (await page.goto('about:blank'), await page.setContent(await (await fetch(`${urls.mail}/html`)).text()))],
    ['an article of one’s own', (page) => page.goto(`${melder}/demo/article`)],
    ['every component', async (page) => assert.equal((await page.goto(`${melder}/components`))?.status(), 200)],
  ],
  (options) => at.editor(options),
);

for (const [language, slug, wrong] of /** @type {const} */ ([
  ['de', 'neun-ladestopps', 'seperat'],
  ['en', 'risc-v-for-ninety-days', 'recieved'],
])) {
  test(`the control in the article, ${language}`, async () => {
    const page = await at.reader(slug, { locale: language });
    const { button, dialog, standing } = control(page);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await look(page, language, 'the article');
    await standing.click();
    await dialog.locator('[name=words]').waitFor();
    await look(page, language, 'the dialog without a passage');
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 320, height: 800 });
    await mark(page, wrong);
    await button.waitFor();
    await assertNoViolations(page, { state: `the button at the selection (${language})` });
    await button.click();
    await dialog.locator('[name=suggestion]').fill('xxx');
    await dialog.locator('[name=kind][value=fact]').check();
    await dialog.locator('[name=email]').fill('keine');
    await dialog.locator('button.send').click();
    await dialog.locator('#email-error:not(:empty)').waitFor();
    await look(page, language, 'the dialog with errors');
    await dialog.locator('[name=email]').fill('');
    await page.context().setOffline(true);
    await dialog.locator('button.send').click();
    await dialog.locator('form > [role=status] .note').waitFor();
    await look(page, language, 'the dialog that waits for the network');
    await page.context().setOffline(false);
    await dialog.locator('.reference').waitFor();
    await look(page, language, 'the thanks in the dialog');
  });
}

visit('several tickets and a ticket’s own pages', () => severalTickets(at, urls), (options) => at.editor(options));
visit('the settings', () => settings(at), (options) => at.editor(options));
visit('an account’s own pages', (_, language) => ownAccount(at, language), (options) => at.somebody(options));

test('no page was left out, in either language', async () => {
  const patterns = await pages();
  assert.ok(patterns.length > 40, 'the tables are read');
  for (const [language, paths] of Object.entries(looked)) {
    const seen = new Set([...paths].map((path) => patternOf(patterns, path)));
    // Its policy forbids every script, so it is looked at as a page of nobody.
    seen.add('/demo/mailbox/:id/html');
    assert.deepEqual(patterns.filter((pattern) => !seen.has(pattern)), [], `nobody looked at these (${language})`);
  }
});
