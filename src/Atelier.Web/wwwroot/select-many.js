// Selecting many pictures: how many they are, ranges with Shift, whole days, and Escape to let go. The form and its buttons work without it.
class SelectMany extends HTMLElement {
  connectedCallback() {
    this.onclick = e => {
      if (e.target.matches('.pick')) this.#pick(e.target, e.shiftKey);
      const all = e.target.closest('[data-day-all]');
      if (all) this.#day(all);
      if (e.target.closest('[data-clear]')) this.#clear();
      // A click on a picture selects it too, once there is a selection: on a phone the boxes are small.
      const link = e.target.closest('.tile-link');
      if (!link || !this.#chosen().length || e.ctrlKey || e.metaKey) return;
      e.preventDefault();
      link.parentElement.querySelector('.pick')?.click();
    };
    this.onreset = () => setTimeout(() => this.#tell());
    addEventListener('keydown', this.#key);
    new MutationObserver(() => this.#tell()).observe(this.querySelector('picture-rows'), { childList: true, subtree: true });
    this.#tell();
  }

  #boxes = () => [...this.querySelectorAll('.tile .pick')];
  #chosen = () => this.#boxes().filter(box => box.checked);

  #key = e => {
    if (e.key !== 'Escape' || e.defaultPrevented || document.querySelector('dialog[open]') || !this.#chosen().length) return;
    e.preventDefault();
    this.#clear();
  };

  #pick(box, range) {
    const boxes = this.#boxes(), from = boxes.indexOf(this.last), to = boxes.indexOf(box);
    if (range && from >= 0) for (const between of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) between.checked = box.checked;
    this.last = box;
    this.#tell();
  }

  #day(button) {
    const boxes = [...button.closest('.day').querySelectorAll('.pick')], on = boxes.some(box => !box.checked);
    for (const box of boxes) box.checked = on;
    this.#tell();
  }

  #clear() {
    for (const box of this.#chosen()) box.checked = false;
    this.#tell();
  }

  #tell() {
    const count = this.#chosen().length, told = this.querySelector('[data-count]'), text = count ? `${count} selected` : '';
    if (told && told.textContent !== text) told.textContent = text;
    this.toggleAttribute('data-any', count > 0);
    const compare = this.querySelector('[data-compare]');
    if (compare) compare.hidden = count !== 2;
  }
}

customElements.define('select-many', SelectMany);
