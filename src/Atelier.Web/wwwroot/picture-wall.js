// Lays pictures out in columns without changing their order, goes on loading as the reader scrolls, and is as long as before when the reader comes back.
import { drawBlur } from './blur.js';

class PictureWall extends HTMLElement {
  #tiles = []; #tops = []; #width = 0; #columns = 0; #loaded = 0; #loading = false; #bottom = 0;

  connectedCallback() {
    this.watcher = new IntersectionObserver(entries => entries.some(entry => entry.isIntersecting) && this.#load(), { rootMargin: '1500px' });
    this.near = new IntersectionObserver(entries => entries.forEach(entry => this.#hold(entry)), { rootMargin: '2500px' });
    this.resizes = new ResizeObserver(() => this.#lay());
    this.resizes.observe(this);
    this.addEventListener('click', this.#click);
    this.#take([...this.querySelectorAll('.picture')]);
    this.#lay();
    // The browser goes back to where the reader was as soon as the page is as long as it was; the pictures follow.
    const left = history.state?.wall;
    if (left?.path === location.pathname + location.search && left.loaded > 0 && performance.getEntriesByType('navigation')[0]?.type !== 'navigate') {
      this.style.minHeight = `${left.height}px`;
      this.#return(left.loaded);
    } else this.#watch();
  }

  disconnectedCallback() {
    for (const observer of [this.watcher, this.near, this.resizes]) observer.disconnect();
  }

  #click = e => {
    if (!e.target.closest('[data-more] a') || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    this.#load();
  };

  async #return(pages) {
    while (pages-- > 0 && await this.#load());
    this.style.minHeight = '';
    this.#watch();
  }

  #take(tiles) {
    for (const tile of tiles) {
      const link = tile.querySelector('.picture-link'), image = tile.querySelector('img');
      drawBlur(link, link.dataset.blur);
      image?.addEventListener('load', () => link.querySelector('canvas')?.remove(), { once: true });
      if (image?.complete && image.naturalWidth) link.querySelector('canvas')?.remove();
      tile.shape = Number(image?.getAttribute('height') ?? link.querySelector('svg').viewBox.baseVal.height)
        / Number(image?.getAttribute('width') ?? link.querySelector('svg').viewBox.baseVal.width);
      this.#tiles.push(tile);
      this.near.observe(tile);
    }
  }

  // Far away a picture gives its memory back; its place, shape and blur stay.
  #hold({ target, isIntersecting }) {
    const image = target.querySelector('img');
    if (!image) return;
    if (isIntersecting && image.dataset.src) {
      image.src = image.dataset.src;
      delete image.dataset.src;
    } else if (!isIntersecting && image.complete && image.naturalWidth) {
      image.dataset.src = image.getAttribute('src');
      image.removeAttribute('src');
    }
  }

  #lay(from = 0) {
    const width = this.clientWidth;
    if (!width || (from === 0 && width === this.#width && this.#bottom)) return;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize), gap = innerWidth < 44 * rem ? rem / 2 : rem * 0.75;
    if (from === 0) {
      this.#width = width;
      this.#columns = Math.max(2, Math.floor((width + gap) / ((innerWidth < 44 * rem ? 10 : 15) * rem + gap)));
      this.#tops = new Array(this.#columns).fill(0);
    }
    const each = (width - gap * (this.#columns - 1)) / this.#columns;
    const foot = 2.25 * rem + (this.classList.contains('with-words') ? 3.9 * rem : 0);
    for (const tile of this.#tiles.slice(from)) {
      const column = this.#tops.indexOf(Math.min(...this.#tops)), height = each * tile.shape + foot;
      Object.assign(tile.style, { width: `${each}px`, height: `${height}px`, left: `${column * (each + gap)}px`, top: `${this.#tops[column]}px` });
      this.#tops[column] += height + gap;
    }
    this.#bottom = Math.max(0, ...this.#tops);
    const rest = this.querySelector('[data-more]') ? 6 * rem : 0;
    this.style.height = `${this.#bottom + rest}px`;
  }

  #watch() {
    this.watcher.disconnect();
    const more = this.querySelector('[data-more]');
    if (more) this.watcher.observe(more);
  }

  async #load() {
    const more = this.querySelector('[data-more]');
    if (this.#loading || !more) return false;
    this.#loading = true;
    try {
      const response = await fetch(more.querySelector('a').href, { headers: { Accept: 'text/html' } });
      if (!response.ok) return false;
      const page = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById(this.id);
      const fresh = [...page.querySelectorAll('.picture')].filter(tile => !document.getElementById(tile.id)).map(tile => document.adoptNode(tile));
      const next = page.querySelector('[data-more]');
      const from = this.#tiles.length;
      more.before(...fresh);
      if (next) more.replaceWith(document.adoptNode(next)); else more.remove();
      this.#take(fresh);
      this.#lay(from || 0);
    } catch {
      // Offline: the link stays, and a click or a scroll tries again.
      return false;
    } finally {
      this.#loading = false;
    }
    this.#loaded++;
    history.replaceState({ ...history.state, wall: { path: location.pathname + location.search, loaded: this.#loaded, height: this.offsetHeight } }, '');
    if (!this.style.minHeight) this.#watch();
    return true;
  }
}

customElements.define('picture-wall', PictureWall);

// Tells of pictures that have come since, and asks seldom.
class NewPictures extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => document.visibilityState === 'visible' && this.#look(), 15_000);
  }
  disconnectedCallback() { clearInterval(this.timer); }
  async #look() {
    const response = await fetch(`${this.dataset.src}?than=${this.dataset.than}`).catch(() => null);
    const text = response?.ok ? await response.text() : '', link = this.querySelector('a');
    link.textContent = text;
    link.hidden = !text;
  }
}

customElements.define('new-pictures', NewPictures);

// A like changes where it stands: the page around it may have grown since.
document.addEventListener('submit', async e => {
  const button = e.submitter;
  if (!button?.hasAttribute('data-like')) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  try {
    const response = await fetch(button.formAction, { method: 'POST', body: new URLSearchParams(new FormData(e.target)), headers: { Accept: 'text/x-fragment' } });
    if (response.redirected) return location.assign(response.url);
    if (!response.ok) return location.reload();
    const holder = document.createElement('template');
    holder.innerHTML = await response.text();
    const fresh = holder.content.firstElementChild;
    button.replaceWith(fresh);
    fresh.focus({ preventScroll: true });
  } catch {
    button.setAttribute('aria-invalid', 'true');
  }
}, true);
