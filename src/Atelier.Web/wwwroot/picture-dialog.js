// A picture's page as a dialog over the list it was chosen from: the address is the page's own, and closing it leads back to the same place.
import { readPage } from './morph.js';

const Choices = ':is([data-viewer] .tile-link, picture-wall .picture-link)';
const answers = document.querySelector('#command [name="return"]'), address = () => location.pathname + location.search;
const { over, place } = history.state ?? {};
let list = address(), title, link, shown, dialog;

// Back in a list that is read anew: it begins where it was left.
if (place && !over) {
  scrollTo(0, place);
  addEventListener('pagehide', () => history.scrollRestoration = 'auto');
  history.replaceState({ ...history.state, place: 0 }, '');
}

document.addEventListener('click', e => {
  const to = e.target.closest('a'), inside = to?.closest('.over');
  if (!to || e.defaultPrevented || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
  if (inside && to.dataset.key === 'Escape') dialog.close();
  else if (inside ? to.dataset.screen : to.matches(Choices)) turn(to.href, link = inside ? link : to);
  else return;
  e.preventDefault();
});

// Shows another picture, in the dialog or as a page.
export async function turn(href) {
  const page = link && await readPage(href), picture = page?.querySelector('picture-page');
  if (!picture) return location.assign(href);
  if (!dialog) build();
  if (history.state?.over) history.replaceState(history.state, '', href);
  else {
    [list, title] = [address(), document.title];
    history.pushState({ over: true, place: scrollY }, '', href);
  }
  [shown, document.title, dialog.ariaLabel, answers.value] = [location.pathname, page.title, page.title, address()];
  dialog.replaceChildren(document.adoptNode(picture));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

function build() {
  dialog = document.createElement('dialog');
  dialog.className = 'over';
  dialog.onclose = leave;
  dialog.onclick = e => {
    if (e.target !== dialog && !e.target.closest('[data-key="Delete"]')) return;
    // The list is where the reader is told.
    answers.value = list;
    dialog.close();
  };
  document.body.append(dialog);
}

const chosen = () => document.querySelector(`${Choices}[href="${shown}"]`) ?? link;

function leave() {
  dialog.replaceChildren();
  [document.title, answers.value] = [title, list];
  if (history.state?.over) history.back(); else if (chosen() !== link) chosen().focus();
}

addEventListener('popstate', () => {
  if (history.state?.over && link) turn(location.href);
  else if (address() !== list) {
    history.scrollRestoration = 'manual';
    history.replaceState({ ...history.state, place }, '');
    location.reload();
  }
  else if (dialog?.open) dialog.close();
  else if (shown && chosen() !== link) chosen().focus();
});
