// Lays pictures out in columns without changing their order, goes on loading as the reader scrolls, and is as long as before when the reader comes back.
import { drawBlur } from './blur.js';
import { send } from './commands.js';
import { keepNear } from './keep-near.js';
import { readPage } from './morph.js';

class PictureWall extends HTMLElement {
  #tiles = []; #tops = []; #width = 0; #columns = 0; #loaded = 0; #loading = false; #bottom = 0;

  connectedCallback() {
    this.watcher = new IntersectionObserver(entries => entries.some(e => e.isIntersecting) && this.#load(), { rootMargin: '1500px' });
    new ResizeObserver(() => this.#lay()).observe(this);
    this.onclick = e => {
      if (!e.target.closest('[data-more] a') || e.ctrlKey || e.metaKey) return;
      e.preventDefault();
      this.#load();
    };
    this.#take([...this.querySelectorAll('.picture')]);
    this.#lay();
    // The browser goes back to where the reader was as soon as the page is as long as it was; the pictures follow.
    const left = history.state?.wall;
    if (left?.path === location.pathname + location.search && left.loaded > 0 && performance.getEntriesByType('navigation')[0]?.type !== 'navigate') {
      this.style.minHeight = `${left.height}px`;
      this.#return(left.loaded);
    } else this.#watch();
  }

  async #return(pages) {
    while (pages-- > 0 && await this.#load());
    this.style.minHeight = '';
    this.#watch();
  }

  #take(tiles) {
    for (const tile of tiles) {
      const image = tile.querySelector('img'), box = tile.querySelector('.sizer')?.viewBox.baseVal;
      tile.shape = box ? box.height / box.width : image.getAttribute('height') / image.getAttribute('width');
      this.#tiles.push(tile);
      setTimeout(() => tile.kept || dress(tile));
      keepNear(tile, dress);
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
    const page = (await readPage(more.querySelector('a').href))?.getElementById(this.id);
    this.#loading = false;
    // Offline: the link stays, and a click or a scroll tries again.
    if (!page) return false;
    const fresh = [...page.querySelectorAll('.picture')].filter(tile => !document.getElementById(tile.id)).map(tile => document.adoptNode(tile));
    const next = page.querySelector('[data-more]');
    const from = this.#tiles.length;
    more.before(...fresh);
    if (next) more.replaceWith(document.adoptNode(next)); else more.remove();
    this.#take(fresh);
    this.#lay(from || 0);
    this.#loaded++;
    history.replaceState({ ...history.state, wall: { path: location.pathname + location.search, loaded: this.#loaded, height: this.offsetHeight } }, '');
    if (!this.style.minHeight) this.#watch();
    return true;
  }
}

function dress(tile) {
  const link = tile.querySelector('.picture-link'), image = tile.querySelector('img'), bare = () => link.querySelector('canvas')?.remove();
  drawBlur(link, link.dataset.blur);
  image?.addEventListener('load', bare, { once: true });
  if (image?.complete && image.naturalWidth) bare();
}

customElements.define('picture-wall', PictureWall);

// Tells of pictures that have come since, and asks seldom.
class NewPictures extends HTMLElement {
  connectedCallback() {
    setInterval(() => document.visibilityState === 'visible' && this.#look(), 15_000);
  }
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
    const { response, html } = await send(e.target, button, 'text/x-fragment');
    if (response.redirected) return location.assign(response.url);
    if (!response.ok) return location.reload();
    button.insertAdjacentHTML('afterend', html);
    button.nextElementSibling.focus({ preventScroll: true });
    button.remove();
  } catch {
    button.setAttribute('aria-invalid', 'true');
  }
}, true);
