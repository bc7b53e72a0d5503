// Keys for one picture: arrows turn to its neighbours, Escape goes back, Z looks closer, I shows or hides the details, D downloads.
class PictureViewer extends HTMLElement {
  connectedCallback() {
    addEventListener('keydown', this.#key);
    this.addEventListener('click', e => {
      if (e.ctrlKey || e.metaKey || e.shiftKey || !e.target.closest('[data-zoom]')) return;
      e.preventDefault();
      this.#zoom();
    });
  }

  disconnectedCallback() {
    removeEventListener('keydown', this.#key);
  }

  #key = e => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
    if (e.target.closest('input, textarea, select, [popover]:popover-open') || document.querySelector('.ask:popover-open')) return;
    if (e.key.toLowerCase() === 'z') { this.dialog?.open ? this.dialog.close() : this.#zoom(); return; }
    if (this.dialog?.open) return;
    const target = this.querySelector(`[data-key="${CSS.escape(e.key.length === 1 ? e.key.toLowerCase() : e.key)}"]`);
    if (target?.nodeName === 'DETAILS') target.open = !target.open;
    else target?.click();
  };

  #zoom() {
    const link = this.querySelector('[data-zoom]');
    if (!link) return;
    this.dialog ??= this.#build();
    const picture = this.dialog.querySelector('img');
    picture.src = link.href;
    picture.alt = link.querySelector('img').alt;
    this.dialog.classList.remove('full');
    this.dialog.showModal();
  }

  #build() {
    const dialog = document.createElement('dialog');
    dialog.className = 'zoom';
    dialog.setAttribute('aria-label', 'Picture in full');
    const close = document.createElement('button');
    close.className = 'icon-button';
    close.setAttribute('aria-label', 'Close');
    close.append(this.querySelector('[data-key="Escape"] .icon').cloneNode(true));
    close.addEventListener('click', () => dialog.close());
    const picture = document.createElement('img');
    // One click shows every pixel, around the place that was clicked; another shows the whole again.
    picture.addEventListener('click', e => {
      const box = picture.getBoundingClientRect();
      const [x, y] = [(e.clientX - box.left) / box.width, (e.clientY - box.top) / box.height];
      if (dialog.classList.toggle('full')) dialog.scrollTo(picture.offsetWidth * x - innerWidth / 2, picture.offsetHeight * y - innerHeight / 2);
    });
    dialog.append(picture, close);
    this.append(dialog);
    return dialog;
  }
}

customElements.define('picture-viewer', PictureViewer);
