// Passkeys: the browser's ceremony with the device, between two answers of the server. Where it cannot be held, the forms stay out of sight.
class PasskeyForm extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector('form'), problem = form.querySelector('.problem[hidden]'), { credentials } = navigator;
    form.addEventListener('submit', async e => {
      e.preventDefault();
      problem.hidden = true;
      try {
        const response = await fetch(this.dataset.options, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
        const publicKey = await response.json();
        form.elements.credential.value = JSON.stringify(publicKey.user
          ? await credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
          : await credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) }));
        form.submit();
      } catch {
        problem.hidden = false;
      }
    });
  }
}

// Browsers hold it for names only, not for numbers.
if (window.PublicKeyCredential?.parseRequestOptionsFromJSON && !/^[\d.]+$|:/.test(location.hostname)) customElements.define('passkey-form', PasskeyForm);
