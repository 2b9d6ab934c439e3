// @ts-check
/**
 * The command palette (Ctrl or Cmd and K): everything one can go to or do from here, by a few letters. It makes its commands of what
 * stands in the page, so that it offers nothing that the page does not. A combobox with a listbox, as the ARIA authoring practices have it.
 */
import { announce, word } from "./list.js";

/**
 * @typedef {object} Command
 * @property {string} label
 * @property {string} group
 * @property {() => unknown} run
 */

/** What an element says, without the key that does the same. @param {Element | null} element */
function text(element) {
  const copy = element?.cloneNode(true);
  if (!(copy instanceof Element)) return "";
  for (const key of copy.querySelectorAll("kbd")) key.remove();
  return copy.textContent?.replace(/\s+/g, " ").trim() ?? "";
}

/** @returns {Command[]} */
function commands() {
  /** @type {Command[]} */
  const all = [];
  const act = (/** @type {string} */ name) => () => import("./acts.js").then(({ perform }) => perform(name));
  for (const found of document.querySelectorAll(".ticket [data-act]")) {
    const name = found instanceof HTMLElement ? (found.dataset.act ?? "") : "";
    const label = text(found.querySelector("summary") ?? found.querySelector("button[type=submit]"));
    if (label) all.push({ label, group: word("group-ticket"), run: act(name) });
  }
  const assign = document.querySelector('.ticket select[name="assignee"]');
  if (assign instanceof HTMLSelectElement) {
    for (const option of assign.options) {
      if (option.selected) continue;
      all.push({
        label: word("assign-to", { what: text(option) }),
        group: word("group-ticket"),
        run: () => {
          assign.value = option.value;
          assign.form?.requestSubmit();
        },
      });
    }
  }
  for (const link of document.querySelectorAll("[data-walk]:not([hidden]) a[href], nav.states a, nav.views a, .account a:not([data-open])")) {
    if (!(link instanceof HTMLAnchorElement)) continue;
    const figure = link.querySelector(".figure");
    const label = figure ? text(link).slice(0, -text(figure).length).trim() : text(link);
    all.push({ label, group: word("group-go"), run: () => link.click() });
  }
  for (const button of document.querySelectorAll(".account form button")) {
    if (!(button instanceof HTMLButtonElement) || button.getAttribute("aria-current")) continue;
    all.push({ label: text(button), group: word("group-more"), run: () => button.click() });
  }
  const help = document.querySelector('[data-open="keys"]');
  if (help) all.push({ label: text(help), group: word("group-more"), run: () => import("./help.js").then(({ open }) => open()) });
  return all;
}

/** How well letters fit a label, the lower the better; nothing where they do not. @param {string} label @param {string} typed */
export function fit(label, typed) {
  const fold = (/** @type {string} */ words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");
  const [words, letters] = [fold(label), fold(typed).trim()];
  const whole = words.indexOf(letters);
  if (whole >= 0) return whole === 0 ? 0 : words[whole - 1] === " " ? 1 : 2;
  let at = -1, gaps = 0;
  for (const letter of letters.replaceAll(" ", "")) {
    const next = words.indexOf(letter, at + 1);
    if (next < 0) return null;
    if (at >= 0 && next > at + 1) gaps += 1;
    at = next;
  }
  return 3 + gaps;
}

/** What fits, the best first. @param {Command[]} all @param {string} typed */
function matches(all, typed) {
  const found = all
    .map((command, at) => ({ command, at, rank: fit(command.label, typed) }))
    .filter((one) => one.rank !== null)
    .sort((one, other) => Number(one.rank) - Number(other.rank) || one.at - other.at)
    .map((one) => one.command);
  const wanted = typed.trim();
  const number = wanted.match(/^(?:fm-?)?(\d{4,})$/i)?.[1];
  if (number) found.unshift({ label: word("open-ticket", { reference: `FM-${number}` }), group: word("group-go"), run: () => location.assign(`/tickets/FM-${number}`) });
  if (wanted !== "") found.push({ label: word("search-for", { what: wanted }), group: word("group-go"), run: () => location.assign(`/?${new URLSearchParams({ q: wanted })}`) });
  return found;
}

/** Opens it. */
export function open() {
  if (document.querySelector("dialog.palette")) return;
  const before = document.activeElement;
  const all = commands();
  const dialog = document.createElement("dialog");
  dialog.className = "palette";
  dialog.setAttribute("aria-label", word("palette"));
  const field = document.createElement("input");
  field.className = "input";
  field.type = "text";
  field.placeholder = word("palette-hint");
  field.autocomplete = "off";
  field.spellcheck = false;
  for (const [name, value] of Object.entries({ role: "combobox", "aria-label": word("palette"), "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list" })) field.setAttribute(name, value);
  const list = document.createElement("ul");
  list.id = "palette-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", word("palette"));
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button quiet";
  close.textContent = word("close");
  close.addEventListener("click", () => dialog.close());
  dialog.append(field, list, close);

  /** @type {Command[]} */
  let shown = [];
  let at = 0;

  /** @param {number} to */
  function choose(to) {
    const options = list.children;
    if (options.length === 0) return field.removeAttribute("aria-activedescendant");
    at = (to + options.length) % options.length;
    for (const [index, option] of [...options].entries()) option.setAttribute("aria-selected", String(index === at));
    field.setAttribute("aria-activedescendant", `palette-${at}`);
    return options[at].scrollIntoView({ block: "nearest" });
  }

  function show() {
    shown = matches(all, field.value).slice(0, 60);
    list.replaceChildren(
      ...shown.map((command, index) => {
        const option = document.createElement("li");
        option.id = `palette-${index}`;
        option.setAttribute("role", "option");
        const label = document.createElement("span");
        label.textContent = command.label;
        const group = document.createElement("span");
        group.className = "hint";
        group.textContent = command.group;
        option.append(label, group);
        option.addEventListener("click", () => run(index));
        return option;
      }),
    );
    choose(0);
  }

  /** @param {number} index */
  function run(index) {
    const command = shown[index];
    if (!command) return announce(word("palette-nothing"));
    dialog.close();
    return command.run();
  }

  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      run(at);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(at + (event.key === "ArrowDown" ? 1 : -1));
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before instanceof HTMLElement && document.activeElement === document.body) before.focus();
  });
  document.body.append(dialog);
  show();
  dialog.showModal();
  field.focus();
}
