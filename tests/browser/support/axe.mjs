// Accessibility, as far as a program can judge it: axe-core finds nothing on a page.

import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';

const WCAG_2_2_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

/**
 * Fails, naming every element and the way to mend it, when axe-core finds a violation of WCAG 2.2 A or AA on the page.
 * Looks into open shadow roots and frames too. The page must come from a context of its own (`browser.newContext()`).
 *
 * @param {import('playwright-core').Page} page
 * @param {{ state?: string, include?: string, exclude?: string }} [options] `state` names what is being looked at
 */
export async function assertNoViolations(page, { state, include, exclude } = {}) {
  let axe = new AxeBuilder({ page }).withTags(WCAG_2_2_AA);
  // Without frames there is nothing to put together, which costs a second page each time.
  if (page.frames().length === 1) axe = axe.setLegacyMode();
  if (include) axe = axe.include(include);
  if (exclude) axe = axe.exclude(exclude);
  const { violations, passes } = await axe.analyze();
  // An empty page passes everything and proves nothing.
  assert.ok(passes.length > 0, `axe-core found nothing to look at on ${page.url()}`);
  assert.equal(violations.length, 0, describe(violations, state ?? page.url()));
}

/** @param {import('axe-core').Result[]} violations */
function describe(violations, where) {
  const lines = violations.flatMap(({ id, impact, help, nodes }) => [
    `- ${id} (${impact}): ${help}`,
    ...nodes.map(({ target, failureSummary }) => `    ${target.flat().join(' » ')}\n      ${indent(failureSummary)}`),
  ]);
  return `axe-core on ${where}:\n${lines.join('\n')}`;
}

const indent = (text = '') => text.replaceAll('\n', '\n      ');
