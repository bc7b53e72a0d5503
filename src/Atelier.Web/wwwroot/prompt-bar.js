// Makes the prompt bar quick: sends without leaving the page, Ctrl+Enter, dice, pictures by paste and drop, and what the chosen model changes.
import { applyPage } from './morph.js';
import { send } from './commands.js';

class PromptBar extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('form');
    this.prompt = this.form.elements.prompt;
    if (matchMedia('(hover: hover)').matches && document.activeElement === document.body) this.prompt.focus({ preventScroll: true });
    this.form.addEventListener('submit', e => { e.preventDefault(); this.#send(e.submitter); });
    this.form.addEventListener('keydown', e => {
      if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); this.form.requestSubmit(this.querySelector('[type="submit"]')); }
    });
    this.form.addEventListener('change', () => this.#reflect());
    this.form.addEventListener('input', e => {
      e.target.removeAttribute('aria-invalid');
      if (e.target.name === 'seed') this.#reflect();
      if (e.target === this.prompt) this.#grow();
    });
    this.querySelector('[data-dice]').addEventListener('click', () => this.#seed(crypto.getRandomValues(new Uint32Array(1))[0] >>> 1));
    this.querySelector('[data-unseed]').addEventListener('click', () => this.#seed(''));
    this.addEventListener('paste', e => this.#take(e.clipboardData.files, e));
    this.addEventListener('dragover', e => { if (e.dataTransfer.types.includes('Files')) { e.preventDefault(); this.form.classList.add('dropping'); } });
    this.addEventListener('dragleave', () => this.form.classList.remove('dropping'));
    this.addEventListener('drop', e => { this.form.classList.remove('dropping'); this.#take(e.dataTransfer.files, e); });
    this.#reflect();
    this.#grow();
    // A link that filled the form has done its work; a reload should show the page, not fill it again.
    if (location.search && this.prompt.value) history.replaceState(null, '', location.pathname);
  }

  async #send(submitter) {
    if (this.sending) return;
    this.sending = true;
    try {
      const { response, html } = await send(this.form, submitter);
      if (response.ok || response.status === 422) {
        applyPage(html);
        // What comes next is a wish of its own, unless somebody says otherwise again.
        if (response.ok) this.form.elements.parent.value = '';
        this.#problems();
      } else {
        this.#say(new DOMParser().parseFromString(html, 'text/html').querySelector('h1')?.textContent ?? 'That did not work.');
      }
    } catch {
      this.#say('The server cannot be reached. Nothing was sent; what you wrote is still here.');
    } finally {
      this.sending = false;
    }
  }

  #problems() {
    const problems = [...this.querySelectorAll('.problem:not([hidden])')];
    for (const problem of problems)
      this.querySelector(`[aria-describedby="${problem.id}"]`)?.setAttribute('aria-invalid', 'true');
    const first = problems.length && this.querySelector('[aria-invalid="true"]');
    if (!first) return;
    first.closest('details')?.setAttribute('open', '');
    first.focus();
  }

  #say(text) {
    const problem = this.querySelector('#prompt-error');
    problem.hidden = false;
    problem.textContent = text;
  }

  #seed(value) {
    this.form.elements.seed.value = value;
    this.#reflect();
  }

  #take(files, e) {
    const image = this.form.elements.image;
    const picture = [...files].find(file => file.type.startsWith('image/'));
    if (!picture || image.disabled) return;
    e.preventDefault();
    const taken = new DataTransfer();
    taken.items.add(picture);
    image.files = taken.files;
    image.closest('details').open = true;
    this.#reflect();
  }

  // Browsers without field-sizing grow the field by hand.
  #grow() {
    if (CSS.supports('field-sizing', 'content')) return;
    this.prompt.style.height = 'auto';
    this.prompt.style.height = `${this.prompt.scrollHeight}px`;
  }

  #reflect() {
    const fields = this.form.elements, model = fields.model.selectedOptions[0].dataset;
    const count = Number(fields.count.value), seconds = Number(model.seconds) * count, price = Number(model.price) * count;
    this.querySelector('[data-unseed]').hidden = !fields.seed.value;
    this.querySelector('[data-dice]').hidden = !!fields.seed.value;
    fields.negative_prompt.disabled = !('negative' in model);
    fields.image.disabled = fields.strength.disabled = model.images === '0';
    fields.seed.disabled = !('seed' in model);
    this.#offer(fields.output_format, model.formats);
    this.#offer(fields.quality, model.qualities);
    const time = seconds < 90 ? `${Math.max(1, Math.ceil(seconds))} s` : `${Math.round(seconds / 60)} min`;
    this.querySelector('.estimate').value = `about ${time}, ${price ? `$${price.toFixed(price < 0.1 ? 3 : 2)}` : 'free'}`;
  }

  // Options that the model does not have cannot be chosen.
  #offer(select, list) {
    const offered = list.split(' ');
    for (const option of select.options) option.disabled = option.hidden = !offered.includes(option.value);
    if (!offered.includes(select.value)) select.value = offered[0];
  }
}

customElements.define('prompt-bar', PromptBar);
