// Turns push on for this browser.
customElements.define('push-switch', class extends HTMLElement {
  connectedCallback() {
    const worker = navigator.serviceWorker, form = this.querySelector('form'), show = state => this.dataset.state = state;
    if (!window.PushManager) return show('unavailable');
    form.onsubmit = async e => {
      e.preventDefault();
      try {
        if (await Notification.requestPermission() !== 'granted') return show('denied');
        worker.register('/push-worker.js');
        const { pushManager } = await worker.ready;
        await (await pushManager.getSubscription())?.unsubscribe();
        const { endpoint, keys } = (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.dataset.key })).toJSON();
        for (const [name, value] of Object.entries({ endpoint, ...keys })) form[name].value = value;
        form.submit();
      } catch { show('failed'); }
    };
    show('on' in this.dataset && Notification.permission === 'granted' ? 'on' : 'off');
  }
});
