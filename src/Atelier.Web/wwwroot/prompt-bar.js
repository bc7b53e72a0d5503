// Makes the prompt bar quick: sends without leaving the page, remembers the draft and earlier prompts, takes pictures by paste and drop. What the
// fields mean together (cost, wait, combinations, what a model ignores) the server says, in fragments.
import { applyFragments, applyPage, readPage } from './morph.js';
import { send } from './commands.js';

const Draft = 'draft', Unsaved = ['key', 'image', 'mask', 'form_token', 'front'];

class PromptBar extends HTMLElement {
  #asked = 0; #history; #place = -1;

  connectedCallback() {
    this.form = this.querySelector('form');
    this.prompt = this.form.elements.prompt;
    this.onsubmit = e => { e.preventDefault(); this.#send(e.submitter); };
    this.form.onkeydown = e => this.#key(e);
    this.form.oninput = e => {
      e.target.removeAttribute('aria-invalid');
      if (e.target === this.prompt) this.#grow();
      this.#changed();
    };
    this.onclick = e => this.#click(e);
    this.addEventListener('paste', e => this.#take(e.clipboardData.files, e));
    this.ondragover = e => { if (e.dataTransfer.types.includes('Files')) { e.preventDefault(); this.form.classList.add('dropping'); } };
    this.ondragleave = () => this.form.classList.remove('dropping');
    this.ondrop = e => { this.form.classList.remove('dropping'); this.#take(e.dataTransfer.files, e); };
    this.querySelector('[data-model-search]').oninput = e => { e.stopPropagation(); this.#filter(); };
    this.#restore();
    this.#reflect();
    this.#grow();
    this.#dock();
    if (matchMedia('(hover: hover)').matches && document.activeElement === document.body) this.prompt.focus({ preventScroll: true });
    // A link that filled the form has done its work; a reload should show the page, not fill it again.
    if (location.search && this.prompt.value) history.replaceState(null, '', location.pathname);
  }

  async #send(submitter) {
    if (this.sending) return;
    this.sending = true;
    try {
      const { response, html } = await send(this.form, submitter);
      const page = new DOMParser().parseFromString(html, 'text/html');
      if (response.ok && submitter?.formAction.endsWith('/read-settings')) this.#fill(page);
      if (response.ok || response.status === 422) {
        applyPage(html);
        // What comes next is a wish of its own, unless somebody says otherwise again.
        if (response.ok) this.form.elements.parent.value = '';
        this.#problems();
      } else {
        this.#say(page.querySelector('h1')?.textContent ?? 'That did not work.');
      }
    } catch {
      this.#say('The server cannot be reached. Nothing was sent; what you wrote is still here.');
    } finally {
      this.sending = false;
    }
  }

  #problems() {
    const problems = [...this.querySelectorAll('.problem[id]:not([hidden])')];
    for (const problem of problems)
      this.querySelector(`[aria-describedby~="${problem.id}"]`)?.setAttribute('aria-invalid', 'true');
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

  #key(e) {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      this.form.requestSubmit(this.querySelector(e.shiftKey ? '[data-front]' : '.primary[type="submit"]'));
    } else if (e.target === this.prompt && e.altKey && (e.key === 'ArrowUp' || e.key === 'ArrowDown')) {
      e.preventDefault();
      this.#recall(e.key === 'ArrowUp' ? 1 : -1);
    }
  }

  // Earlier prompts, and below them all what stood here before.
  async #recall(step) {
    this.#history ??= fetch('/prompts').then(response => response.ok ? response.json() : []);
    const prompts = (await this.#history).filter(prompt => prompt !== this.typed);
    if (this.#place < 0) this.typed = this.prompt.value;
    this.#place = Math.max(-1, Math.min(prompts.length - 1, this.#place + step));
    this.prompt.value = this.#place < 0 ? this.typed : prompts[this.#place];
    this.#grow();
    this.#changed();
  }

  #click(e) {
    const button = e.target.closest('button, [data-all-models]');
    if (!button) return;
    if ('dice' in button.dataset) this.#seed(crypto.getRandomValues(new Uint32Array(1))[0] >>> 1);
    else if ('unseed' in button.dataset) this.#seed('');
    else if ('ability' in button.dataset) { button.setAttribute('aria-pressed', button.getAttribute('aria-pressed') !== 'true'); this.#filter(); }
    else if ('allModels' in button.dataset) { e.preventDefault(); this.#allModels(button.href); }
    else if ('paint' in button.dataset) this.#paint();
    else if ('drop' in button.dataset) this.#use(button.dataset.drop);
  }

  async #paint() {
    const sheet = this.querySelector('#brush'), { image, mask } = this.form.elements, reference = this.#reference();
    (await import('./mask-brush.js')).paint(sheet, reference ? `/api/v1/images/${reference.value}/full` : URL.createObjectURL(image.files[0]), mask);
  }

  #reference = () => this.querySelector('[name="reference"]:checked');

  #seed(value) {
    this.form.elements.seed.value = value;
    this.#changed();
  }

  #changed() {
    this.#reflect();
    this.#save();
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.#ask(), 200);
  }

  async #ask() {
    const body = new URLSearchParams([...new FormData(this.form)].filter(([, value]) => typeof value === 'string')), number = ++this.#asked;
    const response = await fetch('/outlook', { method: 'POST', body, headers: { Accept: 'text/html' } }).catch(() => null);
    if (!response?.ok || number !== this.#asked) return;
    applyFragments(await response.text());
    this.#reflect();
  }

  #reflect() {
    const { seed, image } = this.form.elements;
    this.querySelector('[data-unseed]').hidden = !seed.value;
    this.querySelector('[data-dice]').hidden = !!seed.value;
    this.querySelector('.read-settings').hidden = !image.files.length;
    this.querySelector('[data-paint]').hidden = !image.files.length && !this.#reference();
  }

  #filter() {
    const words = this.querySelector('[data-model-search]').value.toLowerCase().split(/\s+/);
    const wanted = [...this.querySelectorAll('[data-ability][aria-pressed="true"]')].map(chip => chip.dataset.ability);
    let any = false;
    for (const card of this.querySelectorAll('.model-card')) {
      const abilities = card.dataset.abilities.split(' ');
      card.hidden = !words.every(word => card.dataset.text.includes(word)) || !wanted.every(ability => abilities.includes(ability));
      any ||= !card.hidden;
    }
    this.querySelector('.model-none').hidden = any;
  }

  async #allModels(href) {
    const page = await readPage(href);
    if (page) applyFragments(page.getElementById('model-cards').outerHTML);
    this.#filter();
  }

  #take(files, e) {
    const pictures = [...files].filter(file => file.type.startsWith('image/'));
    if (!pictures.length) return;
    e.preventDefault();
    this.dropped = pictures;
    const question = this.querySelector('#dropped'), shown = question.querySelector('img');
    shown.src = URL.createObjectURL(pictures[0]);
    shown.hidden = false;
    const { image, mask } = this.form.elements;
    question.querySelector('[data-drop="image"]').hidden = !!image.closest('[data-ignored]');
    question.querySelector('[data-drop="mask"]').hidden = mask.disabled;
    question.showPopover();
  }

  #use(purpose) {
    const question = this.querySelector('#dropped'), field = this.form.elements[purpose === 'mask' ? 'mask' : 'image'];
    URL.revokeObjectURL(question.querySelector('img').src);
    question.hidePopover();
    const before = field.files, taken = new DataTransfer();
    if (purpose === 'image' && field.multiple) for (const file of before) taken.items.add(file);
    for (const file of field.multiple ? this.dropped : this.dropped.slice(0, 1)) taken.items.add(file);
    field.files = taken.files;
    if (purpose === 'settings') {
      this.#send(this.querySelector('.read-settings')).then(() => { field.files = before; this.#reflect(); });
    } else {
      field.closest('details').open = true;
      this.#changed();
    }
  }

  // The server has read a picture: its form's values become this form's.
  #fill(page) {
    const read = page.querySelector('prompt-bar form');
    this.#put([...new FormData(read)]);
    this.#changed();
  }

  #put(values) {
    for (const [name, value] of values) {
      const field = this.form.elements[name];
      if (!field || Unsaved.includes(name) || typeof value !== 'string') continue;
      if (field.type === 'checkbox') field.checked = true;
      else field.value = value;
    }
    this.#grow();
  }

  #save() {
    localStorage.setItem(Draft, JSON.stringify([...new FormData(this.form)].filter(([name]) => !Unsaved.includes(name) && name !== 'reference')));
  }

  // A page that a link has filled is what the reader asked for; any other begins where he left off.
  #restore() {
    const draft = this.hasAttribute('data-fresh') && !location.search && localStorage.getItem(Draft);
    if (!draft) return;
    this.#put(JSON.parse(draft));
    if (this.form.elements.negative_prompt.value || this.form.elements.guidance.value || this.form.elements.tags.value)
      this.querySelector('.composer-more').open = true;
    this.#ask();
  }

  // Browsers without field-sizing grow the field by hand.
  #grow() {
    if (CSS.supports('field-sizing', 'content')) return;
    this.prompt.style.height = 'auto';
    this.prompt.style.height = `${this.prompt.scrollHeight}px`;
  }

  // Out of sight, the bar comes along in small; its place is kept so that nothing moves.
  #dock() {
    new IntersectionObserver(([entry]) => {
      const away = !entry.isIntersecting && entry.boundingClientRect.top < 0;
      if (away) this.style.minHeight = `${this.offsetHeight}px`;
      this.toggleAttribute('data-docked', away);
      if (!away) this.style.minHeight = '';
    }).observe(this);
    this.prompt.onfocus = () => this.toggleAttribute('data-wide', true);
    addEventListener('pointerdown', this.#narrow);
    addEventListener('focusin', this.#narrow);
  }

  #narrow = e => { if (!this.contains(e.target)) this.removeAttribute('data-wide'); };
}

customElements.define('prompt-bar', PromptBar);
