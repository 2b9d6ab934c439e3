// @ts-check
/**
 * What changes while the page is open (`/events`). Nothing under the finger ever moves: the list says how many tickets are new and waits,
 * a ticket's page says that it changed, the counters change where they stand.
 */
import { announce, referenceOf, remember, rows, word } from "./list.js";

/** The page has to be at rest for a moment first; nobody needs news of what they have just loaded. */
const START_MS = 1000;
/** So long a list that nobody looks at keeps listening. */
const HIDDEN_MS = 60_000;
/** Over HTTP/1 a browser has six connections to a server; pages must not take them all. */
const SLOTS = 3;

/** @typedef {{ ticket: string, opened: boolean, version: number, own: boolean }} Change */

/** @type {EventSource | null} */
let source = null;
/** The last event seen, so that a new stream goes on from there. */
let lastSeen = "";
/** There while a stream is open or waited for; its end gives the slot back. @type {AbortController | null} */
let listening = null;

const ticket = () => (document.querySelector(".ticket") ? (document.getElementById("reference")?.textContent?.trim() ?? "") : "");

/** Waits for one of the few connections that pages may hold, where the protocol has few. @param {AbortSignal} over @param {() => void} then */
function withSlot(over, then) {
  const [navigation] = performance.getEntriesByType("navigation");
  const old = navigation instanceof PerformanceNavigationTiming && navigation.nextHopProtocol.startsWith("http/1");
  if (!old || !navigator.locks) return then();
  const slot = `fehlermelder-events-${1 + Math.floor(Math.random() * SLOTS)}`;
  const granted = () => /** @type {Promise<void>} */ (new Promise((done) => {
    over.addEventListener("abort", () => done());
    if (document.hidden && !ticket()) return disconnect();
    return then();
  }));
  // Whoever left while waiting wants none.
  navigator.locks.request(slot, { signal: over }, granted).catch(() => {});
}

function connect() {
  if (listening) return;
  listening = new AbortController();
  withSlot(listening.signal, () => {
    const at = new URLSearchParams(ticket() ? { ticket: ticket() } : {});
    source = new EventSource(`/events?${at}`);
    source.addEventListener("changes", (event) => {
      lastSeen = event.lastEventId;
      changed(JSON.parse(event.data));
    });
    source.addEventListener("counts", (event) => counts(JSON.parse(event.data)));
    source.addEventListener("present", (event) => present(JSON.parse(event.data)));
    source.addEventListener("anew", () => void lookAnew());
    source.addEventListener("over", disconnect);
    source.addEventListener("error", () => {
      // The browser tries again by itself, unless the server said no.
      if (source?.readyState !== EventSource.CLOSED) return;
      disconnect();
      setTimeout(connect, 60_000);
    });
  });
}

function disconnect() {
  listening?.abort();
  listening = null;
  source?.close();
  source = null;
}

/** @param {Change[]} changes */
function changed(changes) {
  const here = ticket();
  if (here) {
    const version = Number(document.querySelector(".ticket")?.getAttribute("data-version") ?? 0);
    if (changes.some((change) => change.ticket === here && change.version > version)) ticketChanged();
    return;
  }
  const known = new Map(rows().map((row) => [referenceOf(row), row]));
  for (const change of changes) {
    const row = known.get(change.ticket);
    if (row && !change.own && change.version > Number(row.dataset.version ?? 0)) rowChanged(row);
  }
  if (changes.some((change) => change.opened && !known.has(change.ticket))) lookSoon();
}

/** A row stays as it is, and says that it is no longer what there is. @param {HTMLElement} row */
function rowChanged(row) {
  if (row.querySelector(".row-note")) return;
  const note = document.createElement("p");
  note.className = "row-note changed";
  note.textContent = word("row-changed");
  row.querySelector(".row-body")?.append(note);
}

function ticketChanged() {
  const bar = document.querySelector("[data-live-ticket]");
  if (!(bar instanceof HTMLElement) || !bar.hidden) return;
  bar.hidden = false;
  bar.querySelector("button")?.addEventListener("click", () => { bar.hidden = true; }, { once: true });
  announce(bar.querySelector("p")?.textContent ?? "", { unseen: true });
}

/** @param {Record<string, string>} figures */
function counts(figures) {
  for (const [state, figure] of Object.entries(figures)) {
    const shown = document.querySelector(`nav.states a[href="/?state=${state}"] .figure`);
    if (shown) shown.textContent = figure;
    if (state === "new") document.title = document.title.replace(/^\(\d+\+?\)/, `(${figure})`);
  }
}

/** @param {string[]} names */
function present(names) {
  const line = document.querySelector("[data-live-present]");
  if (!(line instanceof HTMLElement)) return;
  line.textContent = names.length > 0 ? word("present", { what: names.join(", ") }) : "";
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let looking;
function lookSoon() {
  looking ??= setTimeout(() => {
    looking = undefined;
    void lookAnew();
  }, 500);
}

/** The list as it is now, kept until somebody wants to see it. @type {Element | null} */
let fresh = null;

/** Fetches the same list and says how many of its tickets are not in this one. */
async function lookAnew() {
  const bar = document.querySelector("[data-live-list]");
  if (!(bar instanceof HTMLElement) || ticket()) return;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok || (answer.redirected && new URL(answer.url).pathname !== location.pathname)) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const lists = page.querySelectorAll(".rows");
    const known = new Set(rows().map(referenceOf));
    const news = [...page.querySelectorAll(".rows > .row")].filter((row) => row instanceof HTMLElement && !known.has(referenceOf(row)));
    if (news.length === 0) return;
    fresh = lists.length === 1 && !page.querySelector(".of-article") ? (lists[0] ?? null) : null;
    const button = bar.querySelector("button");
    if (button) button.textContent = word(news.length === 1 ? "news-one" : "news", { what: String(news.length) });
    if (bar.hidden) announce(button?.textContent ?? "", { unseen: true });
    bar.hidden = false;
  } catch {
    // The network is gone; the next change tries again.
  }
}

/** Shows what has come, the first of it with the focus. What was selected stays selected. */
function showFresh() {
  const list = document.querySelector(".rows");
  const bar = document.querySelector("[data-live-list]");
  // A list that was empty has no place for rows, and one by article has several.
  if (!fresh || !list) return location.reload();
  const known = new Set(rows().map(referenceOf));
  const selected = new Set([...list.querySelectorAll("input[name=ticket]:checked")].map((box) => /** @type {HTMLInputElement} */ (box).value));
  list.replaceChildren(...[...fresh.children].map((row) => document.importNode(row, true)));
  fresh = null;
  /** @type {HTMLElement | undefined} */
  let first;
  for (const row of rows()) {
    const box = row.querySelector("input[name=ticket]");
    if (box instanceof HTMLInputElement) box.checked = selected.has(box.value);
    if (known.has(referenceOf(row))) continue;
    row.classList.add("arrived");
    first ??= row;
  }
  if (bar instanceof HTMLElement) bar.hidden = true;
  remember();
  document.dispatchEvent(new Event("rowschange"));
  const link = first?.querySelector("h2 a");
  if (link instanceof HTMLElement) link.focus();
  first?.scrollIntoView({ block: "center" });
}

/** Begins to listen, where somebody is signed in. */
export function live() {
  if (!document.body.dataset.keys) return;
  document.querySelector("[data-live-list] button")?.addEventListener("click", showFresh);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let leaving;
  addEventListener("visibilitychange", () => {
    clearTimeout(leaving);
    if (!document.hidden) {
      if (!source && lastSeen && !ticket()) lookSoon();
      return connect();
    }
    // Whoever has a ticket open is still at it while they correct the article in another window.
    if (!ticket()) leaving = setTimeout(disconnect, HIDDEN_MS);
    return undefined;
  });
  // A page in the back-forward cache must not hold a connection.
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", (event) => {
    if (event.persisted) connect();
  });
  setTimeout(() => {
    if (!document.hidden || ticket()) connect();
  }, START_MS);
}
