// @ts-check
/**
 * What scripts say: the words of the page's language, and a line that is seen and read out.
 */

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
