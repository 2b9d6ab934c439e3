// The pages behind the desk's lists, for axe.test.mjs: what is done to several tickets, a ticket's own pages, the settings, an account.
import { file, until } from '../support/people.mjs';
import { code } from '../support/second-factor.mjs';
import { readMails } from '../support/mails.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {[state: string, go: (page: Page) => unknown]} Visit */
/** @typedef {ReturnType<typeof import('../support/people.mjs').stage>} Stage */

const PASSWORD = 'drei kleine Elche im Regen';

/** Speaks the browser's language at the desk. @param {Page} page */
export async function speak(page) {
  const language = await page.evaluate(() => navigator.language.slice(0, 2));
  if ((await page.locator('html').getAttribute('lang')) === language) return;
  await page.locator('.account summary').click();
  await page.locator(`.account [name=language][value=${language}]`).click();
  await page.locator(`html[lang=${language}]`).waitFor();
}

/** @param {Page} page @param {string} locator */
async function press(page, locator) {
  await page.locator(locator).first().click();
  await page.waitForLoadState();
}

/** @param {Stage} at @param {Record<string, string>} urls @returns {Visit[]} */
export function severalTickets(at, urls) {
  const { melder } = at.demo;
  /** @type {string} */
  let site;
  /** @type {string[]} */
  let tickets = [];
  const boxes = () => tickets.map((reference) => `ticket=${reference.slice(3)}`).join('&');
  /** @param {string} act @returns {Visit} */
  const preview = (act) => [`the preview: ${act}`, (page) => page.goto(`${melder}/bulk?act=${act}&${boxes()}&ticket=999999`)];
  return [
    [
      'a chosen row',
      async (page) => {
        await speak(page);
        tickets = [];
        for (let n = 0; n < 3; n++) tickets.push((await file(at.demo, { comment: `Viele ${crypto.randomUUID()}` })).ticket);
        site = new URL(urls.melden).searchParams.get('site') ?? '';
        await page.goto(`${melder}/?state=new`);
        await page.locator('.row input[type=checkbox]').first().check();
      },
    ],
    ...['assign', 'tag', 'untag', 'close', 'merge'].map(preview),
    preview('spam'),
    [
      'the result',
      async (page) => {
        await press(page, 'form[action="/bulk"] button[type=submit]');
        await page.locator('p[data-received]').waitFor();
      },
    ],
    ['a ticket that was closed with others', (page) => page.goto(`${melder}/tickets/${tickets[0]}`)],
    ['nothing chosen', (page) => page.goto(`${melder}/bulk?act=close`)],
    ['to forward', (page) => page.goto(`${urls.ticket}/forwarding`)],
    ['to stop following', (page) => page.goto(`${urls.ticket}/following`)],
    ['the reader’s address', (page) => page.goto(`${urls.ticket}/address`)],
    ['to black out', (page) => page.goto(`${urls.ticket}/blackout`)],
    ['to black out: what nobody wrote', async (page) => (await page.locator('main textarea, main input[type=text], main input:not([type])').first().fill('Bitte'), await press(page, 'main form button'))],
    ['house words', (page) => page.goto(`${melder}/sites/${site}/house-rules`)],
    ['ready answers', (page) => page.goto(`${melder}/sites/${site}/answers`)],
    ['the statistics', (page) => page.goto(`${melder}/statistics`)],
    [
      'the statistics of all time, with tables',
      async (page) => {
        await page.goto(`${melder}/statistics?from=2020-01-01`);
        await page.evaluate(() => document.querySelectorAll('details').forEach((fold) => (fold.open = true)));
      },
    ],
    ['the keys', (page) => page.goto(`${melder}/keys`)],
    [
      'a flood in the inbox',
      async (page) => {
        await page.goto(melder);
        if ((await page.locator('.wave').count()) === 0) await page.locator('form[action="/demo/troll"] button').evaluate((button) => /** @type {HTMLElement} */ (button).click());
        await until('the flood', async () => (await page.goto(melder)) && (await page.locator('.wave a').count()) > 0);
      },
    ],
    ['a flood', (page) => press(page, '.wave a')],
  ];
}

/** @param {Stage} at @returns {Visit[]} */
export function settings(at) {
  const { melder } = at.demo;
  /** @param {string} name @param {string} path @returns {Visit} */
  const plain = (name, path) => [name, (page) => page.goto(`${melder}${path}`)];
  /** @param {string} name @param {(page: Page) => Promise<string>} path @returns {Visit} */
  const ofSite = (name, path) => [name, async (page) => page.goto(`${melder}${await path(page)}`)];
  /** @type {string} */
  let site;
  return [
    [
      'the sites',
      async (page) => {
        await speak(page);
        await page.goto(`${melder}/settings`);
        site = (await page.locator('a[href$="/embedding"]').first().getAttribute('href'))?.replace(/\/embedding$/, '') ?? '';
      },
    ],
    plain('a new site', '/settings/sites/new'),
    ['a new site with errors', async (page) => (await page.evaluate(() => document.querySelectorAll('form').forEach((form) => (form.noValidate = true))), await press(page, 'main form button[type=submit]'))],
    ofSite('a site', async () => site),
    ofSite('two lines to embed', async () => `${site}/embedding`),
    ['two lines, checked', async (page) => (await press(page, 'main form button[type=submit]'), await page.locator('.finding').first().waitFor())],
    ofSite('the desks', async () => `${site}/desks`),
    ofSite('the address book', async () => `${site}/addresses`),
    plain('the people', '/settings/people'),
    ['a person', (page) => press(page, 'main a[href^="/settings/people/"]:not([href$="/new"])')],
    plain('to invite', '/settings/people/new'),
    plain('the history', '/settings/history'),
    plain('the profile', '/profile'),
    plain('sessions', '/profile/sessions'),
    plain('tokens', '/profile/tokens'),
    [
      'a new token',
      async (page) => {
        await page.locator('form[action="/profile/tokens"] input[type=checkbox]').first().check();
        await press(page, 'form[action="/profile/tokens"] button[type=submit]');
      },
    ],
    plain('the password once more', '/confirm'),
  ];
}

/** @param {Stage} at @param {string} language @returns {Visit[]} */
export function ownAccount(at, language) {
  const { melder } = at.demo;
  const email = `neu-${language}@magazin.example`;
  /** @param {RegExp} link in a mail to them that is found in no mail of before */
  const mailed = (link) =>
    until('the mail', async () => {
      const mails = await readMails(at.demo.data);
      const found = mails.filter(({ to }) => to.includes(email)).map(({ text }) => text.match(link)?.[0]).find(Boolean);
      return found && `${melder}${new URL(found).pathname}`;
    });
  /** @param {Page} page */
  const send = (page) => press(page, 'main form button[type=submit]');
  /** @type {string} */
  let spelled;
  return [
    [
      'an invitation',
      async (page) => {
        const chief = await at.editor();
        await chief.goto(`${melder}/settings/people/new`);
        await chief.locator('#email').fill(email);
        await chief.locator('[name=lang]').selectOption(language);
        await send(chief);
        await chief.context().close();
        await page.goto(await mailed(/https?:\S+\/invitation\/\S+/));
      },
    ],
    [
      'the security of an account',
      async (page) => {
        await page.locator('#name').fill('Nele Neu');
        await page.locator('#password').fill(PASSWORD);
        await send(page);
        await page.locator('a[href="/profile/security/factor"]').waitFor();
        await page.goto(`${melder}/profile/security`);
      },
    ],
    [
      'a second factor',
      async (page) => {
        await page.goto(`${melder}/profile/security/factor`);
        spelled = await page.locator('.spelled').innerText();
      },
    ],
    ['a second factor with a wrong code', async (page) => (await page.locator('#code').fill('000000'), await send(page), await page.locator('#code-error').waitFor())],
    ['codes for the drawer', async (page) => (await page.locator('#code').fill(code(spelled)), await send(page), await page.locator('#codes').waitFor())],
    [
      'the second factor at the door',
      async (page) => {
        await page.context().clearCookies({ name: /^(?!lang$)/ });
        await page.goto(`${melder}/sign-in`);
        await page.locator('#email').fill(email);
        await page.locator('#password').fill(PASSWORD);
        await press(page, 'form[action="/sign-in"] button[type=submit]');
        await page.locator('#code').waitFor();
      },
    ],
    ['a wrong second factor at the door', async (page) => (await page.locator('#code').fill('000000'), await send(page), await page.getByRole('alert').waitFor())],
    ['a forgotten password', (page) => page.goto(`${melder}/password`)],
    ['the mail is on its way', async (page) => (await page.locator('#email').fill(email), await send(page))],
    ['a new password', async (page) => page.goto(await mailed(/https?:\S+\/password\/\S+/))],
    ['an invitation that was used', (page) => page.goto(`${melder}/invitation/nothing`)],
  ];
}
