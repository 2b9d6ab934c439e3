// @ts-check
/**
 * Decisions by key. On a ticket's page they press what stands there (`data-act`); in a list they fetch the ticket's page, take the
 * same form out of it and send that, so that there is one form for each decision, and one set of rules.
 */
import { announce, current, focusRow, linkOf, referenceOf, waitingAfter, word } from "./list.js";

/** What a key's decision is called in the page. @param {ParentNode} page @param {string} act */
const find = (page, act) => /** @type {HTMLElement | null} */ (page.querySelector(`[data-act="${act}"]`));

const FIELDS = "input:not([type=hidden], [type=radio], [type=checkbox]), textarea, select, input[type=radio], input[type=checkbox], button";

/** What leaves a ticket at hand, for there is more to be done with it. */
const STAYS = ["note", "assign", "mine"];

/** What takes the last act back, as every page offers it for some seconds. */
const UNDO = "form[data-undo]";

/** @type {HTMLElement[]} rows decided here, the latest last */
const decided = [];

/** @type {WeakSet<HTMLElement>} rows whose decision is under way: a second press is meant for it, too */
const busy = new WeakSet();

/**
 * Whether the focus may be moved once an answer is here: whoever has gone on to another row, or types elsewhere, stays there.
 * @param {HTMLElement} row @param {Element | null} before  what had the focus when the decision was sent
 */
function isWaitedFor(row, before) {
  const now = document.activeElement;
  return now === null || now === document.body || now === before || row.contains(now);
}

/** @param {string} act */
export async function perform(act) {
  if (act === "undo") return undo();
  const row = current();
  if (!document.querySelector(".ticket")) {
    if (!row) return announce(word("none"));
    return inList(row, act);
  }
  const reference = document.getElementById("reference")?.textContent ?? "";
  const found = find(document, act);
  if (!found) return announce(word("impossible", { reference }));
  if (found instanceof HTMLFormElement) return press(found);
  if (found instanceof HTMLDetailsElement) found.open = true;
  found.scrollIntoView({ block: "nearest" });
  return focusField(found);
}

/** @param {HTMLElement} within */
function focusField(within) {
  const field = [...within.querySelectorAll(FIELDS)].find((one) => one instanceof HTMLElement && one.checkVisibility());
  if (field instanceof HTMLElement) field.focus();
}

/** @param {HTMLFormElement} form */
function press(form) {
  const button = form.querySelector("button[type=submit]");
  form.requestSubmit(button instanceof HTMLElement ? button : null);
}

/** Where the server leads whoever has to show first who they are: what was asked for did not happen. */
const DOORS = ["/sign-in", "/confirm", "/profile/security/factor"];

/** The ticket's page; nothing when it is not to be had. @param {string} url @param {RequestInit} [how] */
async function page(url, how) {
  const answer = await fetch(url, how);
  if (answer.redirected && DOORS.includes(new URL(answer.url).pathname)) {
    location.assign(answer.url);
    return null;
  }
  return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

/** @param {HTMLElement} row @param {string} act */
async function inList(row, act) {
  const url = linkOf(row)?.href;
  const reference = referenceOf(row);
  if (!url || busy.has(row) || document.querySelector("dialog.sheet")) return;
  busy.add(row);
  try {
    const got = await page(url);
    if (!got) return;
    const found = got.answer.ok ? find(got.page, act) : null;
    if (!found) return announce(word("impossible", { reference }));
    const version = found.querySelector("input[name=version]")?.getAttribute("value");
    if (version && row.dataset.version && version !== row.dataset.version) {
      note(row, word("stale", { reference }), null);
      return announce(word("stale", { reference }));
    }
    const own = /** @type {HTMLElement} */ (document.importNode(found, true));
    if (own instanceof HTMLFormElement) {
      const answer = await send(row, act, own, null);
      if (answer?.refused) return announce(word("failed"));
      return answer?.finish();
    }
    // Whoever types by now is not to type into it.
    const typing = document.activeElement?.matches("input:not([type=checkbox]), textarea, select");
    if (typing || document.querySelector("dialog.sheet")) return;
    return ask(row, own, act);
  } catch {
    return announce(word("failed"));
  } finally {
    busy.delete(row);
  }
}

/**
 * Sends a ticket's form; what it answers is shown in its row.
 * @param {HTMLElement} row
 * @param {string} act
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 * @returns {Promise<{ refused: Document | null, finish: () => void } | undefined>} the page that refuses, to be shown again; else what is to be
 *   said and done once no dialog is in the way
 */
async function send(row, act, form, submitter) {
  const before = document.activeElement;
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) body.append(name, String(value));
  // A button may ask for something else first, as a look at a note.
  const looks = submitter instanceof HTMLButtonElement && submitter.hasAttribute("formaction");
  const got = await page(looks ? submitter.formAction : form.action, { method: "POST", body });
  if (!got) return undefined;
  if (looks || !got.answer.ok) return { refused: got.page, finish() {} };
  const reference = referenceOf(row);
  const head = got.page.querySelector(".ticket-head .facts");
  const state = [...(head?.querySelectorAll(".state, .state + span") ?? [])].map((part) => part.textContent?.trim()).join(": ");
  const what = got.page.querySelector("[data-received]")?.textContent?.trim() || state;
  counters(got.page);
  const undoing = got.page.querySelector(UNDO);
  row.dataset.version = got.page.querySelector(".ticket")?.getAttribute("data-version") ?? row.dataset.version;
  note(row, what, undoing instanceof HTMLFormElement ? document.importNode(undoing, true) : null);
  const moved = !STAYS.includes(act);
  row.classList.toggle("done", moved);
  decided.push(row);
  return {
    refused: null,
    finish() {
      if (isWaitedFor(row, before)) focusRow(moved ? (waitingAfter(row) ?? row) : row);
      announce(word("done", { reference, what }));
    },
  };
}

/** The counters in the navigation, as another page of ours shows them. @param {Document} other */
export function counters(other) {
  const theirs = other.querySelectorAll("nav.states .figure");
  const ours = document.querySelectorAll("nav.states .figure");
  if (theirs.length === ours.length) ours.forEach((figure, at) => { figure.textContent = theirs[at]?.textContent ?? ""; });
}

/** Says in a row what became of it. @param {HTMLElement} row @param {string} words @param {HTMLFormElement | null} undoing */
function note(row, words, undoing) {
  row.querySelector(".row-note")?.remove();
  if (!words) return;
  const line = document.createElement("div");
  line.className = "row-note";
  const said = document.createElement("p");
  said.textContent = words;
  line.append(said);
  if (undoing) {
    undoing.className = "";
    undoing.removeAttribute("role");
    for (const part of undoing.querySelectorAll("p, .undo-left")) part.remove();
    undoing.addEventListener("submit", (event) => {
      event.preventDefault();
      void takeBack(row, undoing);
    });
    line.append(undoing);
    const over = () => {
      if (undoing.contains(document.activeElement)) focusRow(row);
      undoing.remove();
    };
    setTimeout(over, 1000 * Number(undoing.dataset.undo || 10));
  }
  row.querySelector(".row-body")?.append(line);
}

/** @param {HTMLElement} row @param {HTMLFormElement} form */
async function takeBack(row, form) {
  const reference = referenceOf(row);
  const before = document.activeElement;
  try {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) body.append(name, String(value));
    const got = await page(form.action, { method: "POST", body });
    if (!got) return;
    const came = new URL(got.answer.url).searchParams.get("undone") ?? "yes";
    if (!got.answer.ok || came !== "yes") {
      form.remove();
      return announce(got.page.querySelector("main > .message")?.textContent?.trim() || word("failed"));
    }
    counters(got.page);
    row.dataset.version = got.page.querySelector(".ticket")?.getAttribute("data-version") ?? row.dataset.version;
    note(row, "", null);
    row.classList.remove("done");
    const at = decided.indexOf(row);
    if (at >= 0) decided.splice(at, 1);
    if (isWaitedFor(row, before)) focusRow(row);
    announce(word("undone", { reference }));
  } catch {
    announce(word("failed"));
  }
}

/** Takes the latest decision back: that of this page, or the last one made in this list. */
function undo() {
  const here = [...document.querySelectorAll(UNDO)].find((form) => !form.closest(".row"));
  if (here instanceof HTMLFormElement) return press(here);
  for (let row = decided.at(-1); row; row = decided.at(-1)) {
    const form = row.querySelector(".row-note form");
    if (row.isConnected && form instanceof HTMLFormElement) return void takeBack(row, form);
    decided.pop();
  }
  return announce(word("nothing-to-undo"));
}

/**
 * Asks the one more thing that a decision needs, in a dialog above the list.
 * @param {HTMLElement} row
 * @param {HTMLElement} found  the decision on the ticket's page, folded together or not
 * @param {string} act
 */
function ask(row, found, act) {
  const reference = referenceOf(row);
  const dialog = document.createElement("dialog");
  dialog.className = "sheet";
  dialog.setAttribute("aria-labelledby", "sheet-title");
  const title = document.createElement("h2");
  title.id = "sheet-title";
  title.textContent = `${reference}: ${found.querySelector("summary")?.textContent?.trim() ?? ""}`;
  const passage = row.querySelector(".passage")?.cloneNode(true);
  const body = document.createElement("div");
  body.className = "stack";
  body.append(...contents(found));
  const cancel = document.createElement("button");
  cancel.type = "button";
  cancel.className = "button quiet";
  cancel.textContent = word("cancel");
  cancel.addEventListener("click", () => dialog.close());
  dialog.append(title, ...(passage ? [passage] : []), body, cancel);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (document.activeElement === document.body) focusRow(row);
  });
  dialog.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    event.preventDefault();
    const submitter = event instanceof SubmitEvent ? event.submitter : null;
    try {
      const answer = await send(row, act, form, submitter);
      if (!answer?.refused) {
        dialog.close();
        return answer?.finish();
      }
      const again = find(answer.refused, act);
      const alert = answer.refused.querySelector('[role="alert"]');
      if (!again) return announce(word("failed"));
      body.replaceChildren(...(alert ? [document.importNode(alert, true)] : []), ...contents(/** @type {HTMLElement} */ (document.importNode(again, true))));
      const wrong = body.querySelector('[aria-invalid="true"]');
      if (wrong instanceof HTMLElement) wrong.focus();
      else focusField(body);
      if (!alert && !body.querySelector(".error")) return undefined;
      return announce(alert ? word("stale", { reference }) : (body.querySelector(".error")?.textContent ?? word("failed")));
    } catch {
      return announce(word("failed"));
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  focusField(body);
}

/** What a decision holds, without the line that folds it. @param {HTMLElement} found */
const contents = (found) => [...found.children].filter((child) => !child.matches("summary"));
