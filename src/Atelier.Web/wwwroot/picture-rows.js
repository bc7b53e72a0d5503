// Goes on loading as the reader scrolls: follows the same link that a click would, and adds what it finds there.
class PictureRows extends HTMLElement {
  connectedCallback() {
    this.watcher = new IntersectionObserver(entries => entries.some(entry => entry.isIntersecting) && this.#load(), { rootMargin: '1200px' });
    this.addEventListener('click', e => {
      if (!e.target.closest('[data-more] a')) return;
      e.preventDefault();
      this.#load();
    });
    this.resizes = new ResizeObserver(() => this.#hold());
    this.resizes.observe(this);
    this.#watch();
  }

  disconnectedCallback() {
    this.watcher.disconnect();
    this.resizes.disconnect();
  }

  // The last line changes its widths when more pictures join it: while there are more, it stays unseen until it is full.
  #hold() {
    for (const tile of this.querySelectorAll('.held')) tile.classList.remove('held');
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
    try {
      const response = await fetch(more.querySelector('a').href, { headers: { Accept: 'text/html' } });
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      more.remove();
      for (const part of [...page.getElementById(this.id).children]) this.#add(document.adoptNode(part));
    } catch {
      // Offline: the link stays, and a click or a scroll tries again.
      return;
    } finally {
      this.loading = false;
    }
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
