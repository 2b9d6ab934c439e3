// What the reader typed, kept for this tab until it is sent. Nothing is stored before the first key.

/**
 * @typedef {import('./selectors.js').Passage} Passage
 * @typedef {Record<string, string>} Fields
 * @typedef {{ fields: Fields, passage?: Passage, key?: string, print?: string, body?: string }} Draft
 */

/** @type {Map<string, string>} for browsers that refuse storage */
const memory = new Map();

/** All drafts of one article, the latest last. @param {string} name */
export function drafts(name) {
  name = `fehlermelder:${name}`;
  /** @returns {Record<string, Draft>} */
  const read = () => {
    try {
      return JSON.parse(sessionStorage.getItem(name) ?? memory.get(name) ?? '{}');
    } catch {
      return JSON.parse(memory.get(name) ?? '{}');
    }
  };
  /** @param {Record<string, Draft>} all */
  const write = (all) => {
    const text = JSON.stringify(all);
    const empty = text == '{}';
    try {
      if (empty) sessionStorage.removeItem(name);
      else sessionStorage.setItem(name, text);
      memory.delete(name);
    } catch {
      memory.set(name, text);
    }
  };
  return {
    read,
    /** @param {string} id @param {Draft} [draft] without one it is dropped */
    put(id, draft) {
      const { [id]: _, ...rest } = read();
      write(draft ? { ...rest, [id]: draft } : rest);
    },
  };
}
