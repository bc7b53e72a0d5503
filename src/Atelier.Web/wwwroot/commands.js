// Sends the forms of commands without leaving the page, and shows what the server answers: the same page, as it stands after.
import { applyPage } from './morph.js';

export async function send(form, submitter, accept = 'text/html') {
  const body = new FormData(form, submitter);
  const plain = form.enctype !== 'multipart/form-data';
  const url = submitter?.getAttribute('formaction') ?? form.getAttribute('action');
  submitter?.setAttribute('aria-busy', 'true');
  try {
    const response = await fetch(url, { method: 'POST', body: plain ? new URLSearchParams(body) : body, headers: { Accept: accept } });
    return { response, html: await response.text() };
  } finally {
    submitter?.removeAttribute('aria-busy');
  }
}

document.addEventListener('submit', async e => {
  const form = e.target, submitter = e.submitter;
  if (!form.matches('#command, [data-send]') || !submitter || 'plain' in submitter.dataset) return;
  e.preventDefault();
  if (submitter.ariaBusy) return;                // pressed twice
  try {
    const { response, html } = await send(form, submitter);
    const target = new URL(response.url);
    if (!response.ok) document.location.reload();
    else if (target.pathname !== location.pathname) location.assign(response.url);
    // Nothing around the button is drawn anew by itself: the whole page is.
    else if (submitter.closest('main') && !submitter.closest('[data-live][id]')) location.reload();
    else { applyPage(html); form.reset(); if (document.activeElement === document.body) submitter.focus(); document.dispatchEvent(new Event('atelier:done')); }
  } catch {
    // The connection failed: the browser's own way of sending says so better than we could.
    form.action = submitter.formAction;
    form.submit();
  }
});

// The answer to a change of colours is a page in those colours.
document.addEventListener('atelier:page', e => {
  document.documentElement.dataset.theme = e.detail.documentElement.dataset.theme;
  document.querySelector('meta[name="color-scheme"]').content = e.detail.querySelector('meta[name="color-scheme"]').content;
});
