// @ts-check
/**
 * The list of keys in a dialog: what `/keys` shows, fetched when somebody asks.
 */
import { announce, word } from "./list.js";

/** Opens it; without the network, the page itself says so. */
export async function open() {
  const before = document.activeElement;
  /** @type {Document} */
  let page;
  try {
    const answer = await fetch("/keys");
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return announce(word("failed"));
  }
  const found = page.getElementById("keys");
  if (!found) return location.assign("/keys");
  const dialog = document.createElement("dialog");
  dialog.className = "sheet wide";
  dialog.setAttribute("aria-labelledby", "keys-title");
  const content = document.importNode(found, true);
  const form = content.querySelector("form");
  if (form) {
    const back = document.createElement("input");
    back.type = "hidden";
    back.name = "next";
    back.value = location.pathname + location.search;
    form.append(back);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button";
  close.textContent = word("close");
  close.addEventListener("click", () => dialog.close());
  dialog.append(content, close);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before instanceof HTMLElement) before.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  close.focus({ preventScroll: true });
  dialog.scrollTop = 0;
  return undefined;
}
