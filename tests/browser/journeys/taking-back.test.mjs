// Decisions are taken back: by the mouse, by touch, and without script.
import * as runner from 'node:test';
import assert from 'node:assert/strict';
import { file, stage } from '../support/people.mjs';

const { test } = runner;
const at = stage(runner);

for (const [how, options] of /** @type {[string, import('playwright-core').BrowserContextOptions][]} */ ([
  ['by the mouse', {}],
  ['by touch', { viewport: { width: 360, height: 740 }, hasTouch: true }],
  ['without script', { javaScriptEnabled: false }],
])) {
  test(`what was decided is taken back ${how}, and stands as before`, async () => {
    const { ticket } = await file(at.demo, { comment: `Zum Zurücknehmen ${how}.` });
    const editor = await at.editor(options);
    await editor.goto(`${at.demo.melder}/tickets/${ticket}`);
    await editor.getByRole('button', { name: 'Korrigiert', exact: true }).first().click();
    const undo = editor.locator('button[data-action="undo"]');
    await undo.waitFor();
    const box = /** @type {{ width: number, height: number }} */ (await undo.boundingBox());
    assert.ok(box.height >= 44, `a target of ${box.height} px`);
    await undo.click();
    await editor.getByText('Zurückgenommen: Alles ist wie vorher.').waitFor();
    await editor.locator('.timeline').getByText('Entscheidung zurückgenommen').waitFor();
    assert.equal(await editor.locator('button[data-action="undo"]').count(), 0);
    await editor.getByRole('button', { name: 'Korrigiert', exact: true }).first().waitFor();
  });
}
