// Served as /embed.js. Puts the way in where <fehler-melden> stands, and fetches the rest when the reader acts.

/** @typedef {import('./dialog.js')} Dialog */
/** @typedef {import('./de.js')} Catalogue */

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
.way{all:unset;position:relative;cursor:pointer;text-decoration:underline}
.way::after{content:'';position:absolute;inset:-12px -6px}
.chip{position:absolute;cursor:pointer;inset:auto;margin:0;padding:.55em 1em;border:1px solid #fff8;border-radius:var(--fehlermelder-radius,6px);background:var(--fehlermelder-accent,#1d1c1a);color:var(--fehlermelder-on-accent,#fff);font:600 14px/1.4 var(--fehlermelder-font,system-ui,sans-serif);box-shadow:0 2px 12px #0005;user-select:none}
.edge{position:fixed;inset:auto 12px calc(12px + env(safe-area-inset-bottom));width:auto;min-height:52px;font-size:17px}
:focus-visible{outline:3px solid var(--fehlermelder-focus,#2f6fd0);outline-offset:3px}
`);

/** @typedef {Control} Host */

/** @type {Set<Control>} */
const controls = new Set();
const coarse = matchMedia('(pointer:coarse)');
let timer = 0;
/** A browser keeps the failure of a module under its address: whoever tries again asks under another. */
let again = '';

class Control extends HTMLElement {
  /** @type {HTMLButtonElement} */
  #way;
  /** @type {HTMLButtonElement} */
  chip;
  /** @type {Range | undefined} */
  #range;
  #text = '';

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    this.#way = this.#button('way', 'button', () => this.open(this.selection(), this.#way));
    this.chip = this.#button('chip', 'selection-button', () => this.open(this.selection() ?? this.#range, this.chip));
    this.chip.popover = 'manual';
    // The press must not clear the selection that it is about.
    this.chip.onmousedown = (event) => event.preventDefault();
    root.append(this.#way, this.chip);
  }

  /** @param {string} name @param {string} part @param {() => void} act */
  #button(name, part, act) {
    const button = document.createElement('button');
    button.className = name;
    button.part = part;
    button.ariaHasPopup = 'dialog';
    button.onclick = act;
    return button;
  }

  connectedCallback() {
    controls.add(this);
    this.#way.textContent = this.textContent?.trim() || this.#say('Fehler melden', 'Report an error');
  }

  disconnectedCallback() {
    controls.delete(this);
  }

  get german() {
    /** @type {any} the nearest that says, which beyond a shadow root is the document */
    const says = this.closest('[lang]') ?? document.documentElement;
    return /^(de|$)/i.test(says.lang);
  }

  /** @param {string} german @param {string} english */
  #say(german, english) {
    return this.german ? german : english;
  }

  /** The reader's selection, when it touches this control's article. */
  selection() {
    /** @type {any} a document, or a shadow root, which Chromium gives a selection of its own */
    const root = this.getRootNode();
    /** @type {Selection | null} */
    const selection = (root.getSelection ? root : document).getSelection();
    const range = selection?.rangeCount && selection.getRangeAt(0);
    if (!range || !String(range).trim()) return undefined;
    for (const name of [this.getAttribute('article'), 'article', 'main', 'body']) {
      try {
        const found = [root, document].flatMap((from) => [...from.querySelectorAll(name)]);
        if (found[0]) return found.some((element) => range.intersectsNode(element)) ? range : undefined;
      } catch {}
    }
    return undefined;
  }

  /** @returns {Promise<[Dialog, Catalogue]>} */
  load() {
    return Promise.all([import('./embed/dialog.js' + again), this.german ? import('./embed/de.js' + again) : import('./embed/en.js' + again)]);
  }

  /** @param {Range | undefined} range without one it is about the whole article @param {HTMLElement} opener gets the focus back */
  async open(range, opener) {
    this.#text = '';
    this.show();
    this.#range = range?.cloneRange();
    try {
      const [dialog, { default: words }] = await Promise.race([this.load(), new Promise((_, fail) => setTimeout(fail, 4000))]);
      await dialog.open(this, words, this.#range, opener);
    } catch (error) {
      // What only takes too long gives none, and goes on.
      if (error) again = '?' + Date.now();
      this.notify(this.#say('Keine Verbindung. Noch einmal versuchen', 'No connection. Try again'));
    }
  }

  /** Says something at the edge of the screen; a press opens the dialog. @param {string} text */
  notify(text) {
    this.#text = text;
    this.show(this.#range);
  }

  /** Shows the button for a passage, or hides it. @param {Range} [range] */
  show(range) {
    const chip = this.chip;
    chip.hidePopover();
    if (range) this.#range = range;
    else if (!this.#text) return;
    chip.textContent = this.#text || this.#say('Fehler melden', 'Report an error');
    const box = !this.#text && !coarse.matches && range && [...range.getClientRects()].at(-1);
    chip.classList.toggle('edge', !box);
    chip.style.cssText = '';
    chip.showPopover();
    if (!box) return;
    chip.style.left = `${Math.max(8, Math.min(box.right, innerWidth - chip.offsetWidth - 8)) + scrollX}px`;
    chip.style.top = `${(box.bottom + chip.offsetHeight + 16 < innerHeight ? box.bottom + 8 : box.top - chip.offsetHeight - 8) + scrollY}px`;
  }
}

/** @param {(control: Control, range: Range) => void} act */
const selected = (act) => {
  for (const control of controls) {
    const range = control.selection();
    if (range) return act(control, range);
  }
};

const look = () => {
  selected((control) => control.load().catch(() => 0));
  clearTimeout(timer);
  timer = setTimeout(() => {
    for (const control of controls) control.show();
    selected((control, range) => control.show(range));
  }, 200);
};

document.addEventListener('selectionchange', look);
addEventListener('resize', look);

document.addEventListener('keydown', (event) => {
  if (event.key == 'Enter' && (event.ctrlKey || event.metaKey)) selected((control, range) => control.open(range, control.chip));
});

customElements.get('fehler-melden') ?? customElements.define('fehler-melden', Control);
