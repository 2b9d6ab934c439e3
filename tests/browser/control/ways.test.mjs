// The three ways in, what they cost the page before the reader acts, and the way back out.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { control, mark, phone, select, stage } from './browser.mjs';

const { test } = runner;
const at = stage(runner);

test('a marked passage travels to the server and comes back as a reference', async () => {
  const page = await at.open();
  const { field, send, reference, dialog } = await mark(page, 'Herstler');
  assert.equal(await dialog.locator('figure').innerText().then((text) => text.split('\n')[0]), 'Die neue Generation verbraucht weniger Strom, sagt der Herstler.');
  assert.equal(await dialog.locator('mark').innerText(), 'Herstler');
  assert.equal(await field('suggestion').inputValue(), 'Herstler');
  await field('suggestion').fill('Hersteller');
  assert.equal(await dialog.locator('del').innerText(), 'Herstler');
  assert.equal(await dialog.locator('ins').innerText(), 'Hersteller');
  await send.click();
  await reference.getByText('FM-1042').waitFor();
  assert.equal(await dialog.getByRole('link', { name: 'Stand des Hinweises' }).getAttribute('href'), `${at.host.melder}/r/token`);
  assert.equal(at.host.posts.length, 1);
  const { body, origin, key } = at.host.posts[0];
  assert.match(key, /^[\d-]{10,255}$/);
  assert.equal(origin, new URL(at.host.url()).origin);
  const { elapsed_ms, target, ...rest } = body;
  assert.ok(Number.isInteger(elapsed_ms) && elapsed_ms >= 0);
  assert.deepEqual(target.selector.map((/** @type {any} */ { type, exact }) => [type, exact]), [
    ['TextQuoteSelector', 'Herstler'],
    ['TextPositionSelector', undefined],
  ]);
  assert.deepEqual(rest, {
    site: 'demo',
    article: {
      url: at.host.url(),
      title: 'Grafikkarten werden wieder günstiger',
      sections: ['Hardware', 'Marktgeschehen'],
      lang: 'de',
      authors: ['Ada Beispiel'],
      modified_at: '2026-11-20T09:00:00.000Z',
    },
    kind: 'spelling',
    suggestion: 'Hersteller',
    website: '',
  });
  assert.deepEqual(at.complaints, []);
});

test('nothing but the loader is fetched before the reader acts, and the code when a selection starts', async () => {
  const page = await at.open('/?link');
  await page.waitForTimeout(400);
  assert.deepEqual(at.host.requests, ['GET /embed.js']);
  await select(page, 'Danach', '#after');
  await page.waitForTimeout(400);
  assert.deepEqual(at.host.requests, ['GET /embed.js'], 'a selection outside the article is none of our business');
  assert.equal(await control(page).chip.isVisible(), false);
  await select(page, 'Herstler');
  await control(page).chip.waitFor();
  assert.deepEqual(at.host.requests.filter((line) => /embed\/(?!site)/.test(line)).sort(), [
    'GET /embed/de.js',
    'GET /embed/dialog.js',
    'GET /embed/facts.js',
    'GET /embed/send.js',
    'GET /embed/style.js',
    'GET /embed/text.js',
  ]);
  assert.ok(!at.host.requests.some((line) => /site/.test(line)));
});

test('the button stays with its passage when the window gets narrower', async () => {
  const page = await at.open();
  await page.setViewportSize({ width: 1200, height: 800 });
  await select(page, 'Herstler');
  const { chip } = control(page);
  await chip.waitFor();
  for (const width of [600, 340]) {
    await page.setViewportSize({ width, height: 800 });
    await page.waitForFunction(() => {
      const button = document.querySelector('fehler-melden')?.shadowRoot?.querySelector('.chip')?.getBoundingClientRect();
      const words = getSelection()?.getRangeAt(0).getBoundingClientRect();
      return button && words && button.right <= innerWidth && Math.abs(button.top - words.bottom) < 12;
    });
  }
});

test('no layout shift, no cookie, no storage, no global, no third party', async () => {
  const page = await at.open('/?link');
  const strangers = /** @type {string[]} */ ([]);
  page.on('request', (request) => {
    if (![at.host.melder, new URL(at.host.url()).origin].includes(new URL(request.url()).origin)) strangers.push(request.url());
  });
  const globals = await page.evaluate(() => Object.keys(window).length);
  await page.waitForTimeout(300);
  const shift = () =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of /** @type {any[]} */ (list.getEntries())) if (!entry.hadRecentInput) sum += entry.value;
          }).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve(sum), 200);
        }),
    );
  assert.equal(await shift(), 0);
  const { dialog, close } = await mark(page, 'Herstler');
  assert.equal(await shift(), 0);
  await close.click();
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual(await page.evaluate(() => [document.cookie, sessionStorage.length, localStorage.length]), ['', 0, 0]);
  assert.equal(await page.evaluate(() => Object.keys(window).length), globals);
  assert.deepEqual(strangers, []);
  assert.deepEqual(at.complaints, []);
});

test('the plain link becomes a button of the same name and the same place', async () => {
  const scripted = await at.open('/?link');
  const { way } = control(scripted);
  assert.equal(await way.getAttribute('aria-haspopup'), 'dialog');
  const where = async () => [(await scripted.locator('fehler-melden').boundingBox())?.width, (await scripted.locator('#after').boundingBox())?.y];
  const before = await where();
  await scripted.route('**/embed.js', (route) => route.abort());
  await scripted.reload();
  const link = scripted.getByRole('link', { name: 'Fehler melden' });
  assert.deepEqual(await where(), before);
  assert.match(String(await link.getAttribute('href')), /\/melden\?site=demo$/);
});

test('the standing button asks for the words or the part, and Escape gives the focus back', async () => {
  const page = await at.open();
  const { way, field, dialog } = control(page);
  await way.focus();
  await page.keyboard.press('Enter');
  await field('words').waitFor();
  assert.deepEqual(await field('part').locator('option').evaluateAll((all) => all.map((one) => /** @type {any} */ (one).value)), [
    '', 'headline', 'teaser', 'image', 'table', 'embed', 'elsewhere',
  ]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.ok(await way.evaluate((button) => button.matches(':focus')));
});

test('Control+Enter opens the dialog on the selection, keyboard alone sends it and hears the result', async () => {
  const page = await at.open();
  const { field, dialog, reference, kind } = control(page);
  await page.keyboard.press('Control+Enter');
  assert.equal(await dialog.count(), 0, 'nothing is selected');
  await select(page, 'Konkurenz');
  await page.keyboard.press('Control+Enter');
  await field('suggestion').waitFor();
  assert.ok(await field('suggestion').evaluate((one) => one.matches(':focus')));
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Konkurrenz');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('ArrowRight');
  assert.ok(await kind('fact').isChecked());
  await page.keyboard.press('ArrowLeft');
  for (let i = 0; i < 12 && !(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.matches('.send'))); i++) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await reference.waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent), 'Danke. Ihr Hinweis ist angekommen.');
  assert.equal(at.host.posts[0].body.suggestion, 'Konkurrenz');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

test('closing keeps the selection and gives the focus to the button that opened', async () => {
  const page = await at.open();
  const { close, dialog, chip } = await mark(page, 'Herstler');
  await close.click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => String(getSelection())), 'Herstler');
  await chip.waitFor();
  assert.ok(await chip.evaluate((button) => button.matches(':focus')));
});

test('on a phone the button sits at the bottom edge and a tap keeps the passage', async () => {
  const page = await at.open('/', phone);
  const { chip, field, dialog, way } = control(page);
  await select(page, 'Herstler');
  await chip.waitFor();
  const box = await chip.boundingBox();
  assert.ok(box && box.height >= 44 && box.width > 300 && box.y + box.height <= 780 && box.y > 680, JSON.stringify(box));
  await chip.tap();
  await field('suggestion').waitFor();
  assert.equal(await dialog.locator('mark').innerText(), 'Herstler');
  for (const target of await dialog.locator('button:visible,select:visible,textarea:visible,input:not([type=radio]):not([name=website]):visible,label.card:visible,footer a').all()) {
    const size = await target.boundingBox();
    assert.ok(size && size.height >= 44, `${await target.evaluate((one) => one.outerHTML)} ${size?.height}`);
  }
  await dialog.locator('.close').tap();
  await dialog.waitFor({ state: 'detached' });
  await page.evaluate(() => getSelection()?.removeAllRanges());
  await chip.waitFor({ state: 'hidden' });
  const reach = await way.evaluate((button) => {
    const { left, top, height } = button.getBoundingClientRect();
    const root = /** @type {ShadowRoot} */ (button.getRootNode());
    return [-22, 22].every((away) => root.elementFromPoint(left + 10, top + height / 2 + away * 0.95) == button);
  });
  assert.ok(reach, 'the standing button can be hit 44 pixels high');
});

test('the button near a selection goes when the selection goes', async () => {
  const page = await at.open();
  const { chip } = control(page);
  await select(page, 'Herstler');
  await chip.waitFor();
  const [box, words] = [await chip.boundingBox(), await page.evaluate(() => getSelection()?.getRangeAt(0).getBoundingClientRect().toJSON())];
  assert.ok(box && box.y >= words.bottom && box.y < words.bottom + 30);
  await page.evaluate(() => getSelection()?.removeAllRanges());
  await chip.waitFor({ state: 'hidden' });
});

test('a page whose article stands in a shadow root', async () => {
  const page = await at.open('/shadow');
  const { chip, dialog, send, reference } = control(page);
  await page.evaluate(() => {
    const root = /** @type {any} */ (document.querySelector('#host')?.shadowRoot);
    root.getSelection().setBaseAndExtent(root.querySelector('p').firstChild, 4, root.querySelector('p').firstChild, 10);
  });
  await chip.click();
  await dialog.locator('mark').waitFor();
  assert.equal(await dialog.locator('mark').innerText(), 'Tippfe');
  await send.click();
  await reference.waitFor();
});

test('an English page speaks English, an unknown one German', async () => {
  const english = await at.open('/?lang=en');
  assert.equal(await control(english).way.innerText(), 'Report an error');
  const { dialog } = await mark(english, 'manufactuerer');
  await dialog.getByRole('button', { name: 'Send report' }).waitFor();
  assert.ok(at.host.requests.includes('GET /embed/en.js') && !at.host.requests.includes('GET /embed/de.js'));
  assert.equal(await control(await at.open('/?lang=')).way.innerText(), 'Fehler melden');
});

test('when the dialog cannot be fetched, the page says so within four seconds and another press tries again', async () => {
  const page = await at.open();
  const { chip, field } = control(page);
  await page.route('**/embed/text.js*', (route) => route.abort());
  await select(page, 'Herstler');
  await chip.click();
  const retry = page.getByRole('button', { name: 'Keine Verbindung. Noch einmal versuchen' });
  await retry.waitFor();
  await page.unroute('**/embed/text.js*');
  await retry.click();
  await field('suggestion').waitFor();
  assert.equal(await field('suggestion').inputValue(), 'Herstler');
});

test('a part that could not be fetched beforehand is fetched when the reader tries again', async () => {
  const page = await at.open();
  const { chip, field } = control(page);
  await page.route('**/embed/text.js', (route) => route.abort());
  const failed = page.waitForEvent('requestfailed');
  await select(page, 'Herstler');
  await failed;
  await chip.click();
  await page.getByRole('button', { name: 'Keine Verbindung. Noch einmal versuchen' }).click();
  await field('suggestion').waitFor();
});

test('a server that does not answer for the code is reported within four seconds', async () => {
  const page = await at.open();
  const { way } = control(page);
  await page.route('**/embed/dialog.js', () => {});
  await way.click();
  await page.getByRole('button', { name: /Noch einmal versuchen/ }).waitFor({ timeout: 4500 });
});

test('an `article` attribute that is no selector, or matches nothing, does not stop a report', async () => {
  for (const article of ['..kaputt', '.gibtsnicht']) {
    const page = await at.open(`/?article=${article}`);
    const { send, reference } = await mark(page, 'Herstler');
    await send.click();
    await reference.waitFor();
  }
});

test('two controls on one page: the one whose article holds the selection answers', async () => {
  const page = await at.open('/?two');
  await select(page, 'Zweiter', '#two');
  await page.locator('.chip:visible').click();
  await page.locator('#second-control dialog .send').click();
  await page.locator('#second-control .reference').waitFor();
  assert.equal(at.host.posts[0].body.site, 'two');
});
