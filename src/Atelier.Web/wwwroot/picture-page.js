// Keys for pictures: on a picture's own page, and on the picture that is pointed at in a list. The full-screen viewer is fetched when it is first wanted.
const busy = e => e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || document.querySelector('dialog[open]:not(.over), .ask:popover-open, .menu:popover-open')
  || e.target.closest?.('input:not(.pick), textarea, select, [popover]:popover-open');
const nameOf = e => e.key.length === 1 ? e.key.toLowerCase() : e.key;

class PicturePage extends HTMLElement {
  connectedCallback() {
    addEventListener('keydown', this.#key);
    this.onclick = e => {
      if (e.ctrlKey || e.metaKey || e.shiftKey || !e.target.closest('[data-zoom]')) return;
      e.preventDefault();
      this.#open();
    };
    // A page that was fetched ahead is seen only now.
    const form = document.getElementById('command');
    fetch(`${location.pathname}/seen`, { method: 'POST', body: new URLSearchParams(new FormData(form)), keepalive: true }).catch(() => null);
    // The neighbours are looked at next: their pictures are fetched while there is nothing else to do.
    const ahead = () => { for (const link of this.querySelectorAll('[data-screen]')) new Image().src = link.dataset.screen; };
    (window.requestIdleCallback ?? setTimeout)(ahead);
  }

  disconnectedCallback() { removeEventListener('keydown', this.#key); }

  #key = e => {
    if (busy(e)) return;
    const key = nameOf(e);
    if (key === 'z') this.#open();
    else if (key === '?') import('./viewer.js').then(viewer => viewer.showKeys());
    else if (key === 'i') { const facts = this.querySelector('.facts-all'); facts.open = !facts.open; }
    else this.querySelector(`[data-key="${CSS.escape(key)}"]`)?.click();
  };

  async #open() {
    if (this.querySelector('[data-zoom]')) (await import('./viewer.js')).openPage(this, location.pathname + location.search);
  }
}

customElements.define('picture-page', PicturePage);

const Pictures = '[data-viewer] .tile-link:has(img), picture-wall .picture-link:has(img)';
const linkAt = node => node?.closest?.('.tile, .picture')?.querySelector(Pictures) ?? null;
const open = async link => (await import('./viewer.js')).openList(link);
let pointed, button;

document.addEventListener('pointerover', e => {
  const link = linkAt(e.target);
  if (!link || link === pointed) return;
  pointed = link;
  if (e.pointerType !== 'mouse') return;
  button ??= Object.assign(document.createElement('button'), { type: 'button', className: 'icon-button tile-view', title: 'Full screen (Z)' });
  button.setAttribute('aria-label', 'View in full screen');
  button.tabIndex = -1;
  button.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${new URL('icons.svg', import.meta.url).pathname}#expand"></use></svg>`;
  button.onclick = () => open(pointed);
  link.after(button);
});

document.addEventListener('keydown', e => {
  const first = document.querySelector(Pictures);
  if (!first || busy(e) || document.querySelector('picture-page')) return;
  const link = linkAt(document.activeElement) ?? (pointed?.isConnected ? pointed : first);
  if (nameOf(e) === 'z') { e.preventDefault(); open(link); }
  if (e.key === '?') import('./viewer.js').then(viewer => viewer.showKeys());
});

document.addEventListener('click', async e => {
  if (!e.target.closest('[data-compare]')) return;
  const [a, b] = [...document.querySelectorAll('.pick:checked')].map(box => box.value);
  (await import('./compare.js')).compare(a, b);
});
