// @ts-check
/**
 * Enhancements of server-made pages. Everything works without them.
 */
import { keys } from "./keys.js";
import { live } from "./live.js";
import { selecting } from "./list.js";

/** Copy buttons show themselves only where copying can work. */
function copyButtons() {
  for (const button of document.querySelectorAll("button[data-copy], button[data-copy-text]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => void copy(button));
  }
}

/** @param {HTMLButtonElement} button */
async function copy(button) {
  const field = button.dataset.copy ? document.getElementById(button.dataset.copy) : null;
  const text = field instanceof HTMLInputElement ? field.value : (button.dataset.copyText ?? field?.textContent ?? "");
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    say(button, button.dataset.copied ?? "");
  } catch {
    if (field instanceof HTMLInputElement) field.select();
    say(button, button.dataset.failed ?? "");
  }
  setTimeout(() => { button.textContent = label; }, 3000);
}

/** Share buttons show themselves where the system has something to share with, as phones do. */
function shareButtons() {
  if (!("share" in navigator)) return;
  for (const button of document.querySelectorAll("button[data-share]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    const field = document.getElementById(button.dataset.share ?? "");
    if (!(field instanceof HTMLInputElement)) continue;
    button.hidden = false;
    // Whoever thinks better of it has not met with an error.
    button.addEventListener("click", () => void navigator.share({ title: document.title, url: field.value }).catch(() => {}));
  }
}

/**
 * The button says what happened, and so does a live region.
 * @param {HTMLElement} button
 * @param {string} words
 */
function say(button, words) {
  button.textContent = words;
  let region = document.getElementById("said");
  if (!region) {
    region = document.createElement("p");
    region.id = "said";
    region.className = "hush";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = words;
}

/**
 * What is being typed survives a closed connection, a lost session and a wrong turn. It is forgotten when the page
 * that follows says that it was received (`data-received`).
 */
function keepTyped() {
  const kept = "kept:", sent = "sent";
  /** @param {HTMLTextAreaElement} field */
  const nameOf = (field) => `${field.name} ${field.dataset.keep}`;
  const fields = () => /** @type {NodeListOf<HTMLTextAreaElement>} */ (document.querySelectorAll("textarea[data-keep]"));
  try {
    // What was received is the form sent last, and no other.
    if (document.querySelector("[data-received]")) {
      for (const name of JSON.parse(sessionStorage.getItem(sent) ?? "[]")) sessionStorage.removeItem(kept + name);
      sessionStorage.removeItem(sent);
    }
    document.addEventListener("submit", ({ target }) => {
      const names = [...fields()].filter((field) => field.form === target).map(nameOf);
      sessionStorage.setItem(sent, JSON.stringify(names));
    });
    for (const field of fields()) {
      const name = nameOf(field);
      if (field.value === "") {
        field.value = sessionStorage.getItem(kept + name) ?? "";
        const fold = field.closest("details");
        if (fold && field.value !== "") fold.open = true;
      }
      field.addEventListener("input", () => sessionStorage.setItem(kept + name, field.value));
    }
  } catch {
    // No storage allowed: nothing is kept, nothing breaks.
  }
}

/** The account menu closes on Escape and on a click elsewhere. */
function closingMenus() {
  for (const menu of document.querySelectorAll("details.account")) {
    if (!(menu instanceof HTMLDetailsElement)) continue;
    document.addEventListener("click", (event) => {
      if (menu.open && event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
  }
}

/**
 * What there is to know for whoever speaks of legal claims shows itself while they do (`data-claims`: what such words match).
 * Without script it stands there all the time.
 */
function legalHints() {
  for (const hint of document.querySelectorAll("[data-claims]")) {
    if (!(hint instanceof HTMLElement)) continue;
    const field = document.getElementById(hint.dataset.claimsIn ?? "");
    const words = hint.firstElementChild;
    if (!(field instanceof HTMLTextAreaElement) || !(words instanceof HTMLElement)) continue;
    const claims = new RegExp(hint.dataset.claims ?? "", "iu");
    // The region stays, what it says comes and goes: so it is read out.
    const look = () => { words.hidden = !claims.test(field.value); };
    field.addEventListener("input", look);
    look();
  }
}

/** A form is sent once, however often its button is pressed in a hurry. */
function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 3000);
  });
  addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });
}

/**
 * Ctrl or Cmd with Enter presses the page's one button to confirm a correction, but not from within another form's field.
 * No key alone does anything (WCAG 2.1.4).
 */
function confirmKey() {
  const button = document.querySelector("button[data-confirm-key]");
  if (!(button instanceof HTMLButtonElement)) return;
  for (const hint of document.querySelectorAll("[data-key-hint]")) {
    if (hint instanceof HTMLElement && matchMedia("(hover: hover)").matches) hint.hidden = false;
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat || event.isComposing) return;
    const inField = event.target instanceof Element && event.target.closest("input, textarea, select");
    if (inField) return;
    event.preventDefault();
    button.click();
  });
}

copyButtons();
shareButtons();
confirmKey();
keepTyped();
legalHints();
closingMenus();
sendOnce();
keys();
live();
selecting();
