// Remembers whether the queue is open, so that the next page comes with it, and closes it with Escape.
class QueueDrawer extends HTMLElement {
  connectedCallback() {
    const drawer = this.querySelector('[popover]');
    if (drawer.hasAttribute('data-open')) {
      // The server has drawn it open; from here on it is an open popover without having moved.
      drawer.setAttribute('data-still', '');
      drawer.showPopover();
      drawer.removeAttribute('data-open');
      requestAnimationFrame(() => requestAnimationFrame(() => drawer.removeAttribute('data-still')));
    }
    drawer.ontoggle = e => {
      document.cookie = `queue=${e.newState}; path=/; max-age=31536000; samesite=lax`;
    };
    drawer.onkeydown = e => {
      if (e.key !== 'Escape') return;
      e.stopPropagation();
      drawer.hidePopover();
      document.getElementById('queue-summary')?.focus();
    };
  }
}

customElements.define('queue-drawer', QueueDrawer);
