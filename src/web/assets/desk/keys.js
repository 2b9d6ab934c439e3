// @ts-check
/**
 * Single keys on the desk. Off where the editor switched them off (`data-keys` of the body), while somebody types, in dialogs, and
 * together with Ctrl, Alt or Command: those are the browser's and the screen reader's. What each does stands in `/keys`.
 */
import { announce, current, linkOf, move, remember, rows, showPlace, walk, word } from "./list.js";

const DECISIONS = /** @type {Record<string, string>} */ ({
  1: "corrected",
  2: "not-an-error",
  3: "duplicate",
  h: "snooze",
  r: "ask",
  n: "note",
  a: "assign",
  m: "mine",
  u: "undo",
});

const onTicket = () => document.querySelector(".ticket") !== null;

/** How long after `g` the key that says where may come. */
const PREFIX_MS = 1500;
let goingUntil = 0;

/** Whether keys belong to what has the focus. @param {EventTarget | null} target */
function isTyping(target) {
  if (!(target instanceof Element)) return false;
  const field = target.closest("input, textarea, select, [contenteditable]");
  if (field instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit", "reset"].includes(field.type);
  return field !== null;
}

/** @param {KeyboardEvent} event @returns {boolean} whether the key was ours */
function act(event) {
  const key = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
  if (goingUntil > event.timeStamp) {
    goingUntil = 0;
    if (key === "i") return (location.assign("/?state=new"), true);
    announce("");
  }
  if (key === "j" || key === "k") {
    const step = key === "j" ? 1 : -1;
    if (onTicket()) void walk(step);
    else move(step);
    return true;
  }
  if (event.repeat) return false;
  if (key === "Enter") return open(event);
  if (key === "x" || key === "X") return select(event.shiftKey);
  if (key === "/") return search();
  if (key === "?") return (void import("./help.js").then(({ open }) => open()), true);
  if (key === "g") {
    goingUntil = event.timeStamp + PREFIX_MS;
    announce(word("prefix"));
    return true;
  }
  const decision = DECISIONS[key];
  if (!decision || (!onTicket() && rows().length === 0)) return false;
  void import("./acts.js").then(({ perform }) => perform(decision));
  return true;
}

/** A row's link opens by itself; from its other controls Enter leads there too. @param {KeyboardEvent} event */
function open(event) {
  const target = event.target;
  const row = current();
  const elsewhere = target instanceof Element && target.closest("a, button, summary, dialog");
  if (!row || elsewhere || onTicket()) return false;
  linkOf(row)?.click();
  return true;
}

/** @param {boolean} range */
function select(range) {
  const row = current();
  const box = row?.querySelector("input[name=ticket]");
  if (!(box instanceof HTMLInputElement)) return false;
  // A click with the Shift key is what selects a range, by whatever hand.
  box.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: range }));
  return true;
}

function search() {
  const field = document.getElementById("search");
  if (!(field instanceof HTMLInputElement)) return false;
  field.focus();
  field.select();
  return true;
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.defaultPrevented || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    void import("./palette.js").then(({ open }) => open());
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.body.dataset.keys === "on" && act(event)) event.preventDefault();
}

/** Links that script turns into a dialog, and buttons that only script can answer. */
function openers() {
  for (const opener of document.querySelectorAll("[data-open]")) {
    if (!(opener instanceof HTMLElement)) continue;
    opener.hidden = false;
    opener.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      opener.closest("details")?.removeAttribute("open");
      const wanted = opener.dataset.open === "palette" ? import("./palette.js") : import("./help.js");
      void wanted.then(({ open }) => open());
    });
  }
}

/** Buttons elsewhere that press a decision of this page. */
function pressers() {
  for (const presser of document.querySelectorAll("[data-press]")) {
    if (!(presser instanceof HTMLElement)) continue;
    presser.addEventListener("click", (event) => {
      const act = presser.dataset.press;
      if (!act) return;
      event.preventDefault();
      void import("./acts.js").then(({ perform }) => perform(act));
    });
  }
}

/** Begins to listen. */
export function keys() {
  if (!document.body.dataset.keys) return;
  if (onTicket()) showPlace();
  else if (rows().length > 0) remember();
  openers();
  pressers();
  document.addEventListener("keydown", onKey);
}
