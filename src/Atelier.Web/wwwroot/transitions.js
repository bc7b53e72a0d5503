// Lets a picture grow from its tile to its page and back, where the browser can carry an element from page to page.
const tileOf = url => {
  const id = /^\/g\/([0-9a-f]{32})$/.exec(new URL(url).pathname)?.[1];
  return id && document.querySelector(`#tile-${id} .still`);
};

function carry(element, transition) {
  if (!element) return;
  element.style.viewTransitionName = 'picture';
  transition.finished.finally(() => element.style.viewTransitionName = '');
}

addEventListener('pageswap', e => {
  if (e.viewTransition && e.activation?.entry?.url) carry(tileOf(e.activation.entry.url), e.viewTransition);
});

addEventListener('pagereveal', e => {
  const from = window.navigation?.activation?.from?.url;
  if (e.viewTransition && from) carry(tileOf(from), e.viewTransition);
});
