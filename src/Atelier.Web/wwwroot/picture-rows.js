// Goes on loading as the reader scrolls: follows the same link that a click would, and adds what it finds there.
import { keepNear } from './keep-near.js';
import { readPage } from './morph.js';

class PictureRows extends HTMLElement {
  connectedCallback() {
    this.watcher = new IntersectionObserver(entries => entries.some(e => e.isIntersecting) && this.#load(), { rootMargin: '1200px' });
    this.onclick = e => {
      if (!e.target.closest('[data-more] a')) return;
      e.preventDefault();
      this.#load();
    };
    document.addEventListener('atelier:stray', this.#stray);
    new ResizeObserver(() => this.#hold()).observe(this);
    this.#watch();
  }

  // A picture that is not here has come or come back: whether and where it belongs here, the server knows.
  #stray = e => {
    if (!('fresh' in this.dataset) || !e.detail.startsWith('tile-')) return;
    clearTimeout(this.news);
    this.news = setTimeout(() => this.#refresh(), 150);
  };

  async #refresh() {
    const page = await readPage(location.href);
    if (!page) return;
    const oldest = [...this.querySelectorAll('.tile')].at(-1)?.id ?? '';
    const more = this.querySelector('[data-more]');
    for (const day of page.querySelectorAll(`#${this.id} > .day`)) {
      for (const tile of day.querySelectorAll('.tile'))
        if (!document.getElementById(tile.id) && (!more || tile.id > oldest)) this.#insert(day, tile);
    }
    if (!more && page.querySelector('[data-more]') && !this.querySelector('.tile')) location.reload();
  }

  // Newest first, in days and within a day: ids tell the order.
  #insert(day, tile) {
    let here = document.getElementById(day.id);
    if (!here) {
      here = document.importNode(day, true);
      here.querySelector('.rows').replaceChildren();
      const later = [...this.querySelectorAll(':scope > .day')].find(other => other.id < here.id) ?? this.querySelector('[data-more]');
      this.insertBefore(here, later);
    }
    const rows = here.querySelector('.rows');
    rows.insertBefore(document.importNode(tile, true), [...rows.children].find(other => other.id < tile.id) ?? null);
  }

  // The last line changes its widths when more pictures join it: while there are more, it stays unseen until it is full.
  #hold() {
    for (const tile of this.querySelectorAll('.tile')) { keepNear(tile); tile.classList.remove('held'); }
    if (!this.querySelector('[data-more]')) return;
    const tiles = [...this.querySelectorAll('.day:last-of-type .tile')];
    const line = tiles.at(-1)?.offsetTop;
    if (line !== tiles[0]?.offsetTop)
      for (const tile of tiles.filter(tile => tile.offsetTop === line)) tile.classList.add('held');
  }

  #watch() {
    this.watcher.disconnect();
    const more = this.querySelector('[data-more]');
    if (more) this.watcher.observe(more);
  }

  async #load() {
    const more = this.querySelector('[data-more]');
    if (this.loading || !more) return;
    this.loading = true;
    const page = await readPage(more.querySelector('a').href);
    this.loading = false;
    // Offline: the link stays, and a click or a scroll tries again.
    if (!page) return;
    more.remove();
    for (const part of [...page.getElementById(this.id).children]) this.#add(document.adoptNode(part));
    this.#hold();
    this.#watch();
  }

  #add(part) {
    const same = part.id && document.getElementById(part.id);
    if (!same) this.append(part);
    else for (const tile of [...part.querySelectorAll('.tile')]) if (!document.getElementById(tile.id)) same.querySelector('.rows').append(tile);
  }
}

customElements.define('picture-rows', PictureRows);
