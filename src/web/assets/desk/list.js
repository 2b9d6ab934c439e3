// @ts-check
/**
 * The list of tickets: which row is at hand, which are chosen, and the list that a ticket was opened from; and the line that says what
 * happened. One file, because every page loads it and each file is a request.
 */

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

/** What keys go to: tickets, and the floods above them, which are none. */
const STOP = ".waves > .wave, .rows > .row";

const stops = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(STOP)]);

/** All rows of the page that are tickets. */
export const rows = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".rows > .row")]);

/** @param {HTMLElement} row */
export const linkOf = (row) => /** @type {HTMLAnchorElement | null} */ (row.querySelector("h2 a"));

/** @param {HTMLElement} row */
export const referenceOf = (row) => linkOf(row)?.textContent?.trim() ?? "";

/** The row that keys act on: the one with the focus, else the last that had it. */
export function current() {
  const focused = document.activeElement?.closest(STOP);
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
  const all = stops();
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

// The line that says what happened.

/**
 * A sentence that the page brings along (`components/words.html`), with its braces filled.
 * @param {string} name
 * @param {Record<string, string>} [values]
 */
export function word(name, values = {}) {
  const words = document.getElementById("words")?.getAttribute(`data-${name}`) ?? "";
  return words.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let fading;

/** The line; it stands in the page before it says anything, for else nobody reads it out. */
function line() {
  let region = document.getElementById("announced");
  if (!region) {
    region = document.createElement("p");
    region.id = "announced";
    region.className = "announced";
    region.setAttribute("role", "status");
  }
  // Behind an open dialog nothing is seen or read out.
  const place = [...document.querySelectorAll("dialog[open]")].pop() ?? document.body;
  if (region.parentElement !== place) place.append(region);
  return region;
}

/**
 * Says something, politely; unseen where the page shows it already.
 * @param {string} words
 * @param {{ unseen?: boolean }} [how]
 */
export function announce(words, { unseen = false } = {}) {
  const region = line();
  region.classList.toggle("hush", unseen);
  region.textContent = "";
  clearTimeout(fading);
  // The same words twice are said twice.
  requestAnimationFrame(() => { region.textContent = words; });
  fading = setTimeout(() => { region.textContent = ""; }, 8000);
}

line();

// Choosing rows.

/** @type {HTMLInputElement | null} the box that a range begins at */
let anchor = null;

const boxes = () => /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll('.rows > .row input[name="ticket"]')]);

/** @param {HTMLInputElement} box @param {boolean} range */
function picked(box, range) {
  if (range && anchor?.isConnected) {
    const all = boxes();
    const [from, to] = [all.indexOf(anchor), all.indexOf(box)].sort((one, other) => one - other);
    for (const one of all.slice(from, to + 1)) one.checked = box.checked;
  }
  anchor = box;
  showChosen();
}

/** Says how many are chosen, and what can be done with them. */
function showChosen() {
  const form = document.getElementById("bulk");
  const count = form?.querySelector("[data-bulk-count]");
  if (!(form instanceof HTMLFormElement) || !(count instanceof HTMLElement)) return;
  const chosen = boxes().filter((box) => box.checked).length;
  form.classList.toggle("idle", chosen === 0);
  const words = chosen === 0 ? count.dataset.none : chosen === 1 ? count.dataset.one : count.dataset.many?.replace("{count}", String(chosen));
  if (count.textContent !== words) count.textContent = words ?? "";
  for (const box of boxes()) box.closest(".row")?.classList.toggle("picked", box.checked);
}

/** @param {boolean} on */
function chooseAll(on) {
  for (const box of boxes()) box.checked = on;
  showChosen();
}

/** Begins choosing by click, a range with the Shift key, or all of the page, where there is something to choose from. */
export function selecting() {
  const form = document.getElementById("bulk");
  if (!(form instanceof HTMLFormElement)) return;
  form.classList.add("live-bar");
  for (const [name, on] of /** @type {const} */ ([["all", true], ["none", false]])) {
    const button = form.querySelector(`[data-bulk-${name}]`);
    if (!(button instanceof HTMLElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => chooseAll(on));
  }
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && box.name === "ticket") picked(box, event.shiftKey);
  });
  document.addEventListener("rowschange", showChosen);
  addEventListener("pageshow", showChosen);
  showChosen();
}
