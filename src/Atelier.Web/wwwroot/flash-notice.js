// Takes the notice of what has just been done away after a while, unless the reader is about to use it.
const Shown = 10_000;

class FlashNotice extends HTMLElement {
  static observedAttributes = ['data-key'];

  attributeChangedCallback() {
    clearTimeout(this.timer);
    this.hidden = !this.dataset.key;
    if (this.dataset.key) this.timer = setTimeout(() => this.#leave(), Shown);
  }

  #leave() {
    if (this.matches(':hover, :focus-within')) { this.attributeChangedCallback(); return; }
    document.cookie = 'notice=; path=/; max-age=0; samesite=lax';
    this.hidden = true;
  }
}

customElements.define('flash-notice', FlashNotice);
