// @ts-check
/**
 * Choosing rows of a list: by click, a range with the Shift key, all of the page.
 */
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
  show();
}

/** Says how many are chosen, and what can be done with them. */
function show() {
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
function all(on) {
  for (const box of boxes()) box.checked = on;
  show();
}

/** Begins, where there is something to choose from. */
export function selecting() {
  const form = document.getElementById("bulk");
  if (!(form instanceof HTMLFormElement)) return;
  form.classList.add("live-bar");
  for (const [name, on] of /** @type {const} */ ([["all", true], ["none", false]])) {
    const button = form.querySelector(`[data-bulk-${name}]`);
    if (!(button instanceof HTMLElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => all(on));
  }
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && box.name === "ticket") picked(box, event.shiftKey);
  });
  document.addEventListener("rowschange", show);
  addEventListener("pageshow", show);
  show();
}
