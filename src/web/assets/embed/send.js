// What the reader typed, kept for this tab, and its sending: the same bytes under the same key, as often as it takes.

/**
 * @typedef {{ print: string, key: string, lang: string, body: string }} Sent what was last sent; `print` is what the reader said in it
 * @typedef {{ fields: Record<string, string>, passage?: import('./text.js').Passage, sent?: Sent }} Draft
 * @typedef {{ ticket: string, status_url: string }} Receipt
 * @typedef {{ detail?: string, errors?: { pointer: string, detail: string }[] }} Problem
 * @typedef {'sending' | 'late' | 'waiting' | 'refused' | 'done'} State
 * @typedef {Receipt & Problem} Answer
 */

/** @type {Record<string, string>} for browsers that refuse storage */
const memory = {};

/** All drafts of one article by passage, the latest last. @param {string} name @returns {Record<string, Draft>} */
export function drafts(name) {
  try {
    memory[name] ??= sessionStorage[name];
  } catch {}
  return JSON.parse(memory[name] ?? '{}');
}

/** @param {string} name @param {Record<string, Draft>} all */
export function keep(name, all) {
  memory[name] = JSON.stringify(all);
  try {
    if (memory[name] == '{}') sessionStorage.removeItem(name);
    else sessionStorage[name] = memory[name];
  } catch {}
}

/** A key that nobody else has; `randomUUID` is missing where the page came without TLS. */
export const random = () => crypto.getRandomValues(new Uint32Array(5)).join('-');

export class Job {
  /** @type {State} */
  state = 'sending';
  /** @type {Answer | undefined} */
  answer;
  /** @type {(job: Job) => void} called when there is news */
  tell = () => {};
  timer = 0;
  turn = 0;
  pause = 2500;

  /** @param {Sent} sent */
  constructor(sent) {
    this.sent = sent;
  }

  /** @param {State} state @param {Answer} [answer] */
  say(state, answer) {
    this.state = state;
    this.answer = answer;
    this.tell(this);
  }

  stop() {
    clearTimeout(this.timer);
    removeEventListener('online', this.wake);
    return ++this.turn;
  }

  /** A network that has just come back often fails once more: soon again then. */
  wake = () => {
    this.pause = 500;
    void this.run();
  };

  run = async () => {
    const turn = this.stop();
    this.say('sending');
    this.timer = setTimeout(() => this.say('late'), 3500);
    /** @type {Response | undefined} */
    let response;
    let answer;
    try {
      response = await fetch(new URL('../api/v1/reports', import.meta.url), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Accept-Language': this.sent.lang, 'Idempotency-Key': this.sent.key },
        body: this.sent.body,
        credentials: 'omit',
        signal: AbortSignal.timeout(30000),
      });
      answer = await response.json();
    } catch {}
    if (turn != this.turn) return;
    this.stop();
    const status = response?.status ?? 0;
    if (status == 201 && answer) return this.say('done', answer);
    if (status > 399 && status < 500 && status != 429) return this.say('refused', answer);
    this.pause = Math.min(this.pause * 2, 60000);
    this.timer = setTimeout(this.run, Math.max(this.pause, +(response?.headers.get('Retry-After') ?? 0) * 1000 || 0));
    addEventListener('online', this.wake);
    this.say('waiting', answer);
  };
}
