// Builds elements without markup strings: passes Trusted Types, and no text of a page can become markup.

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown> | string} [props] properties and attributes; a string is the class
 * @param {...(Node | string | false | null | undefined)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export const h = (tag, props = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(typeof props == 'string' ? { className: props } : props)) {
    if (name in element) Object.assign(element, { [name]: value });
    else element.setAttribute(name, String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
};

/** Milliseconds-free random name, also where there is no secure context. */
export const random = () => Array.from(crypto.getRandomValues(new Uint32Array(5)), (n) => n.toString(36)).join('');

/** Length in Unicode code points. @param {string} text */
export const size = (text) => [...text].length;
