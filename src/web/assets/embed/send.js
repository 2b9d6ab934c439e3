// One submission: the same bytes under the same key, as often as it takes until the server has answered.

/**
 * @typedef {{ ticket: string, status_url: string }} Receipt
 * @typedef {{ detail?: string, title?: string, errors?: { pointer: string, detail: string }[] }} Problem
 * @typedef {{ state: 'sending' | 'late' | 'waiting' | 'refused' | 'done', receipt?: Receipt, problem?: Problem }} News
 */

export class Job {
  /** @type {News} */
  news = { state: 'sending' };
  /** @type {(news: News) => void} */
  tell = () => {};
  #timer = 0;
  #tries = 0;
  /** @type {AbortController | undefined} */
  #flight;

  /** @param {string} url @param {string} body @param {string} key @param {string} print what the reader said, to know it again */
  constructor(url, body, key, print) {
    this.url = url;
    this.body = body;
    this.key = key;
    this.print = print;
  }

  /** @param {News} news */
  #say(news) {
    this.news = news;
    this.tell(news);
  }

  stop() {
    clearTimeout(this.#timer);
    removeEventListener('online', this.run);
    this.#flight?.abort();
    this.#flight = undefined;
  }

  run = async () => {
    this.stop();
    const flight = (this.#flight = new AbortController());
    this.#say({ state: 'sending' });
    const late = setTimeout(() => this.#say({ state: 'late' }), 3500);
    const end = setTimeout(() => flight.abort(), 30000);
    /** @type {Problem | undefined} */
    let problem;
    let pause = Math.min(60, 5 * 2 ** this.#tries++);
    let again = true;
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': this.key },
        body: this.body,
        credentials: 'omit',
        signal: flight.signal,
      });
      const answer = await response.json().catch(() => undefined);
      if (response.status == 201 && answer) return this.#say({ state: 'done', receipt: answer });
      problem = answer;
      again = response.status > 499 || response.status == 429 || response.status == 201;
      pause = Math.max(pause, +(response.headers.get('Retry-After') ?? 0) || 0);
    } catch {
      // No network, no server: it is tried again.
    } finally {
      clearTimeout(late);
      clearTimeout(end);
    }
    if (flight != this.#flight) return;
    if (!again) return this.#say({ state: 'refused', problem });
    this.#timer = setTimeout(this.run, pause * 1000);
    addEventListener('online', this.run);
    this.#say({ state: 'waiting', problem });
  };
}
