// Keeps the page as the server has it. One connection serves all tabs: whoever holds the lock listens and passes everything on, and when it goes the next takes over.
import { applyFragments, applyPage } from './morph.js';

const Remembered = 200;       // messages kept for tabs that open a moment later
const Silence = 45_000;       // three missed heartbeats: the connection is dead, whatever it says
const Pause = [500, 1_000, 2_000, 5_000];

class LiveRegion extends HTMLElement {
  #channel; #source; #release; #watch; #tries = 0; #seen; #heard = 0; #recent = []; #url;

  connectedCallback() {
    if (document.prerendering) document.addEventListener('prerenderingchange', () => this.#start(), { once: true });
    else this.#start();
    addEventListener('pagehide', this.#leave);
    addEventListener('pageshow', this.#return);
    document.addEventListener('atelier:page', this.#page);
  }

  #leave = () => this.#stop();
  #return = e => { if (e.persisted) { this.#start(); resync(); } };

  // A page was read afresh. What came while it was under way is newer than it and is put back on top.
  #page = e => {
    const cursor = Number(new URL(e.detail.querySelector('live-region').dataset.src, location.href).searchParams.get('after') ?? 0);
    for (const recent of this.#recent) if (recent.cursor > cursor) applyFragments(recent.html);
  };

  #start() {
    this.#url = new URL(this.dataset.src, location.href);
    this.#seen = Number(this.#url.searchParams.get('after') ?? 0);
    this.#url.searchParams.delete('after');
    if (!navigator.locks) {
      // Not a secure origin: each visible tab has a connection of its own, a hidden one has none.
      document.addEventListener('visibilitychange', this.#visible);
      this.#visible();
      return;
    }
    this.#channel = new BroadcastChannel(this.#url.href);
    this.#channel.onmessage = e => this.#hear(e.data);
    this.#channel.postMessage({ ask: this.#seen });
    const leave = new AbortController();
    const held = new Promise(release => this.#release = () => { leave.abort(); release(); });
    navigator.locks.request(this.#url.href, { signal: leave.signal }, () => { this.#connect(); return held; })
      .catch(e => { if (e.name !== 'AbortError') throw e; });
  }

  #stop() {
    this.#release?.();
    this.#disconnect();
    this.#channel?.close();
    this.#channel = this.#release = undefined;
    document.removeEventListener('visibilitychange', this.#visible);
  }

  #visible = () => {
    if (document.visibilityState === 'hidden') this.#disconnect();
    else if (!this.#source) this.#connect();
  };

  #disconnect() {
    clearInterval(this.#watch);
    this.#source?.close();
    this.#source = undefined;
  }

  #connect() {
    this.#disconnect();
    const url = new URL(this.#url);
    if (this.#seen) url.searchParams.set('after', this.#seen);
    const source = this.#source = new EventSource(url);
    this.#heard = performance.now();
    source.onopen = () => this.#tries = 0;
    source.onerror = () => { if (source.readyState === EventSource.CLOSED) this.#later(source); };
    source.addEventListener('beat', () => this.#heard = performance.now());
    source.addEventListener('fragments', e => {
      this.#heard = performance.now();
      const message = { cursor: Number(e.lastEventId), html: e.data };
      this.#channel?.postMessage(message);
      this.#hear(message);
    });
    this.#watch = setInterval(() => { if (performance.now() - this.#heard > Silence) this.#later(source); }, Silence / 3);
  }

  #later(source) {
    source.close();
    clearInterval(this.#watch);
    const pause = Pause[Math.min(this.#tries++, Pause.length - 1)];
    setTimeout(() => { if (this.#source === source) this.#connect(); }, pause);
  }

  #hear(message) {
    if ('ask' in message) {
      // A tab has just opened: it gets what went by since the server drew it.
      if (this.#source) for (const recent of this.#recent) if (recent.cursor > message.ask) this.#channel.postMessage(recent);
      return;
    }
    if (message.cursor <= this.#seen) return;
    this.#seen = message.cursor;
    this.#recent.push(message);
    if (this.#recent.length > Remembered) this.#recent.shift();
    applyFragments(message.html);
  }
}

// The whole page once more, for when too much may have been missed.
async function resync() {
  const response = await fetch(location.href, { headers: { Accept: 'text/html' } }).catch(() => null);
  if (response?.ok) applyPage(await response.text());
}

customElements.define('live-region', LiveRegion);
