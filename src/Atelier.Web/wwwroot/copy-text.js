// A button that copies the text of another element.
class CopyText extends HTMLElement {
  connectedCallback() {
    this.addEventListener('click', async () => {
      const use = this.querySelector('use'), icon = use.getAttribute('href');
      await navigator.clipboard.writeText(document.getElementById(this.getAttribute('for')).textContent);
      use.setAttribute('href', icon.replace('#copy', '#done'));
      setTimeout(() => use.setAttribute('href', icon), 1_500);
    });
  }
}

// Without a clipboard (an origin that is not secure) there is nothing to enhance.
if (navigator.clipboard) customElements.define('copy-text', CopyText);
