// @ts-check
/**
 * The list of tickets: which row is at hand, and the list that a ticket was opened from.
 */
import { announce, word } from "./say.js";

/**
 * @typedef {object} Kept
 * @property {string[]} urls   the tickets' addresses, in the order of the list
 * @property {string} here     the list's own address
 * @property {string | null} next  where the list goes on
 */

const KEPT = "list";
const LAST = "list-last";

/** @type {HTMLElement | null} */
let atHand = null;

/** All rows of the page. */
export const rows = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".rows > .row")]);

/** @param {HTMLElement} row */
export const linkOf = (row) => /** @type {HTMLAnchorElement | null} */ (row.querySelector("h2 a"));

/** @param {HTMLElement} row */
export const referenceOf = (row) => linkOf(row)?.textContent?.trim() ?? "";

/** The row that keys act on: the one with the focus, else the last that had it. */
export function current() {
  const focused = document.activeElement?.closest(".rows > .row");
  if (focused instanceof HTMLElement) return focused;
  return atHand?.isConnected ? atHand : null;
}

/** @param {HTMLElement} row */
export function focusRow(row) {
  atHand = row;
  linkOf(row)?.focus();
  row.scrollIntoView({ block: "nearest" });
}

/**
 * To the next row, or the one before.
 * @param {1 | -1} step
 */
export function move(step) {
  const all = rows();
  const now = current();
  if (all.length === 0) return announce(word("end"));
  const focused = now?.contains(document.activeElement);
  // Whoever comes back to a list goes on where they were.
  const to = now ? (focused || step === -1 ? all.indexOf(now) + step : all.indexOf(now)) : step === 1 ? 0 : all.length - 1;
  if (all[to]) return focusRow(all[to]);
  if (now) focusRow(now);
  return announce(word(step === 1 ? "end" : "start"));
}

/**
 * The next row that still waits for a decision, after this one; else the one before.
 * @param {HTMLElement} row
 */
export function waitingAfter(row) {
  const all = rows();
  const at = all.indexOf(row);
  const waits = (/** @type {HTMLElement} */ other) => !other.classList.contains("done");
  return all.slice(at + 1).find(waits) ?? all.slice(0, at).reverse().find(waits) ?? null;
}

/** @returns {Kept | null} */
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  } catch {
    return null;
  }
}

/** @param {Kept} list */
function keep(list) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(list));
  } catch {
    // No storage allowed: a ticket's page then knows no list.
  }
}

/** @param {Document} page @param {string} base */
function read(page, base) {
  const path = (/** @type {Element} */ link) => new URL(link.getAttribute("href") ?? "", base).pathname;
  const next = page.querySelector('.paging a[rel="next"]');
  return {
    urls: [...page.querySelectorAll(".rows > .row h2 a")].map(path),
    next: next ? new URL(next.getAttribute("href") ?? "", base).href : null,
  };
}

/** Remembers this page's list for the tickets that are opened from it. */
export function remember() {
  keep({ ...read(document, location.href), here: location.pathname + location.search });
  try {
    const last = sessionStorage.getItem(LAST);
    atHand = rows().find((row) => linkOf(row)?.pathname === last) ?? null;
  } catch {
    // As above.
  }
}

/** Where a ticket's page stands in the list it was opened from. */
function place() {
  const list = kept();
  const at = list?.urls.indexOf(location.pathname) ?? -1;
  return list && at >= 0 ? { list, at } : null;
}

/**
 * From a ticket's page to the next or previous one of the list; further pages of the list are fetched.
 * @param {1 | -1} step
 */
export async function walk(step) {
  const found = place();
  if (!found) return announce(word("end"));
  const { list, at } = found;
  if (!list.urls[at + step] && step === 1 && list.next) {
    announce(word("more"));
    try {
      const answer = await fetch(list.next);
      const more = read(new DOMParser().parseFromString(await answer.text(), "text/html"), answer.url);
      list.urls.push(...more.urls.filter((url) => !list.urls.includes(url)));
      list.next = more.next;
      keep(list);
    } catch {
      return announce(word("failed"));
    }
  }
  const url = list.urls[at + step];
  if (!url) return announce(word(step === 1 ? "end" : "start"));
  return location.assign(url);
}

/** A ticket's page shows where in the list it is, with links to its neighbours. */
export function showPlace() {
  try {
    sessionStorage.setItem(LAST, location.pathname);
  } catch {
    // As above.
  }
  const nav = document.querySelector("[data-walk]");
  const found = place();
  if (!(nav instanceof HTMLElement) || !found) return;
  const { list, at } = found;
  /** @param {string} name @param {string | undefined} url */
  const link = (name, url) => {
    const anchor = nav.querySelector(`[data-walk-${name}]`);
    if (!(anchor instanceof HTMLAnchorElement)) return;
    if (url) {
      anchor.href = url;
      return;
    }
    // A link that leads nowhere is said to be one (HTML: an anchor without an address, ARIA: a link that is disabled).
    anchor.setAttribute("role", "link");
    anchor.setAttribute("aria-disabled", "true");
  };
  link("previous", list.urls[at - 1]);
  link("next", list.urls[at + 1] ?? (list.next ? "#" : undefined));
  link("back", list.here);
  const next = nav.querySelector("[data-walk-next]");
  if (!list.urls[at + 1]) {
    next?.addEventListener("click", (event) => {
      event.preventDefault();
      void walk(1);
    });
  }
  const where = nav.querySelector("[data-walk-place]");
  if (where) where.textContent = word("place", { at: String(at + 1), of: `${list.urls.length}${list.next ? "+" : ""}` });
  nav.hidden = false;
}
