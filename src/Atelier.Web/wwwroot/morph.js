// Changes an element into another one that the server has drawn, keeping every node that is still right: focus, scroll and loaded pictures stay.

// What the reader or a module has changed since: the server does not know better.
const kept = { DETAILS: ['open'], DIALOG: ['open'], INPUT: ['checked'], OPTION: ['selected'] };

export function morph(old, fresh) {
  if (old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  if (old.isEqualNode(fresh)) return;
  morphAttributes(old, fresh);
  if (old.nodeName !== 'TEXTAREA') morphChildren(old, fresh);
}

function morphAttributes(old, fresh) {
  const keep = kept[old.nodeName] ?? [];
  for (const { name } of [...old.attributes])
    if (!fresh.hasAttribute(name) && !keep.includes(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes)
    if (old.getAttribute(name) !== value && !keep.includes(name)) old.setAttribute(name, value);
}

function morphChildren(old, fresh) {
  const byId = new Map([...old.children].filter(child => child.id).map(child => [child.id, child]));
  let place = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const match = wanted.id ? byId.get(wanted.id) : place && !place.id && place.nodeName === wanted.nodeName ? place : null;
    if (!match) {
      old.insertBefore(wanted, place);
    } else {
      if (match === place) place = place.nextSibling;
      else old.insertBefore(match, place);
      morph(match, wanted);
    }
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

// Another page of ours as it is now; null where it cannot be had.
export async function readPage(href) {
  const response = await fetch(href, { headers: { Accept: 'text/html' } }).catch(() => null);
  return response?.ok ? new DOMParser().parseFromString(await response.text(), 'text/html') : null;
}

// Brings the live parts of this page to where a freshly read copy of it stands.
export function applyPage(html) {
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  for (const element of document.querySelectorAll('[data-live][id]')) {
    if (element.parentElement?.closest('[data-live]')) continue;
    const wanted = fresh.getElementById(element.id);
    if (wanted) morph(element, document.adoptNode(wanted));
  }
  // The rest came since.
  for (const it of [...fresh.querySelectorAll('[data-into]')].reverse()) insert(it);
  document.dispatchEvent(new CustomEvent('atelier:page', { detail: fresh }));
}

// Puts fragments in their places. One whose place is not on this page is not for this page.
export function applyFragments(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  for (const fragment of [...template.content.children]) {
    const present = document.getElementById(fragment.id);
    if (fragment.nodeName === 'DEL') present?.remove();
    else if (present) morph(present, fragment);
    else if (fragment.dataset.into) insert(fragment);
    else document.dispatchEvent(new CustomEvent('atelier:stray', { detail: fragment.id }));
  }
}

function insert(fragment) {
  const { into } = fragment.dataset;
  document.getElementById(`${into}-empty`)?.remove();
  document.getElementById(into)?.prepend(fragment);
}
