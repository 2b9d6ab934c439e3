// @ts-check
/**
 * Notes: a preview while one types, and names behind an at sign. Without it there is a button for the preview, and names are typed.
 */

const PAUSE_MS = 400;
const MOST_NAMES = 6;

/** @param {HTMLFormElement} form */
function livePreview(form) {
  const field = form.elements.namedItem("note");
  const place = form.querySelector("[data-note-preview]");
  const button = form.querySelector("[data-note-look]");
  if (!(field instanceof HTMLTextAreaElement) || !(place instanceof HTMLElement) || !(button instanceof HTMLButtonElement)) return;
  button.hidden = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {AbortController | undefined} */
  let asked;
  const look = async () => {
    asked?.abort();
    // A line without marks is its own preview.
    if (!/[*_`~#>[\]@]|https?:|^\s*([-+]|\d+[.)])\s/m.test(field.value)) {
      place.replaceChildren();
      return;
    }
    asked = new AbortController();
    try {
      const body = new URLSearchParams(/** @type {[string, string][]} */ ([...new FormData(form)]));
      const answer = await fetch(`${button.formAction}?fragment`, { method: "POST", body, signal: asked.signal });
      // Led elsewhere, to a door: that page is no preview.
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      place.replaceChildren(...page.body.childNodes);
    } catch {
      // No connection: the note can be typed all the same.
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), PAUSE_MS);
  });
  if (field.value !== "") void look();
}

/** @param {HTMLTextAreaElement} field */
function completeNames(field) {
  /** @type {string[]} */
  const people = JSON.parse(field.dataset.people ?? "[]");
  const list = document.createElement("div");
  list.className = "people";
  list.id = `${field.id}-people`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.peopleLabel ?? "");
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  let chosen = 0;

  const begun = () => field.value.slice(0, field.selectionStart).match(/(?:^|[^\p{L}\p{N}._-])@([\p{L}\p{N}._-]{0,40}(?: [\p{L}\p{N}._-]{1,40})?)$/u)?.[1];
  const options = () => [...list.children];
  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    field.removeAttribute("aria-activedescendant");
  };
  /** @param {number} index */
  const choose = (index) => {
    const all = options();
    chosen = (index + all.length) % all.length;
    all.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    field.setAttribute("aria-activedescendant", all[chosen]?.id ?? "");
  };
  /** @param {string} name */
  const insert = (name) => {
    const start = field.selectionStart - (begun()?.length ?? 0);
    field.setRangeText(`${name} `, start, field.selectionStart, "end");
    close();
    field.dispatchEvent(new Event("input"));
    field.focus();
  };
  const suggest = () => {
    const word = begun()?.toLowerCase();
    const fitting = word === undefined ? [] : people.filter((name) => {
      const small = name.toLowerCase();
      return small !== word && (small.startsWith(word) || small.split(" ").some((part) => part.startsWith(word)));
    });
    if (fitting.length === 0) return close();
    list.replaceChildren(...fitting.slice(0, MOST_NAMES).map((name, index) => {
      const option = document.createElement("div");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      option.textContent = name;
      // Before the field loses the focus.
      option.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        insert(name);
      });
      return option;
    }));
    list.hidden = false;
    choose(0);
  };
  field.addEventListener("input", suggest);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" || event.key === "Tab") insert(options()[chosen]?.textContent ?? "");
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

for (const form of document.querySelectorAll("form[data-note]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  livePreview(form);
  const field = form.elements.namedItem("note");
  if (field instanceof HTMLTextAreaElement) completeNames(field);
}
