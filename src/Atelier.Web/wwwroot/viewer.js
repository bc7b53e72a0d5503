// One picture on the whole screen: keys, swipes, zoom, its details beside it, and the next one without leaving.
import { readPage } from './morph.js';
import { turn } from './picture-dialog.js';

const Keys = [['← →', 'Previous, next'], ['Z', 'Zoom'], ['I', 'Details'], ['L', 'Like'], ['R', 'Remix'], ['D', 'Download'], ['C', 'Compare with another'],
  ['Del', 'Delete'], ['Esc', 'Close'], ['?', 'These keys']];
const Edge = 24, Far = 60;      // a swipe begins away from the edges, which belong to the browser
const icons = new URL('icons.svg', import.meta.url).pathname;
const icon = name => `<svg class="icon" aria-hidden="true"><use href="${icons}#${name}"></use></svg>`;
const idOf = href => new URL(href, location.href).pathname.split('/')[2];
const itemOf = (href, alt, extra) => ({ id: idOf(href), href, alt, screen: `/api/v1/images/${idOf(href)}/preview`, full: `/api/v1/images/${idOf(href)}/full`, ...extra });

let dialog, stage, picture, side, source, item, marked, scale = 1, x = 0, y = 0;

// A list of links on this page, however it grows.
class ListSource {
  constructor(link) { this.link = link; }
  #all = () => [...document.querySelectorAll('[data-viewer] .tile-link:has(img), picture-wall .picture-link:has(img)')];
  #item = link => link && itemOf(link.href, link.ariaLabel ?? link.textContent.trim(), { link });
  get first() { return this.#item(this.link); }
  async step(from, by) {
    // The list holds only what is near.
    from.link?.scrollIntoView({ block: 'nearest' });
    const all = this.#all(), at = all.findIndex(link => idOf(link.href) === from.id);
    if (at + by > all.length - 4) document.querySelector('[data-more] a')?.click();
    return at < 0 ? null : this.#item(all[at + by]);
  }
  leave(last) {
    const link = this.#all().find(link => idOf(link.href) === last.id) ?? this.link;
    link.focus();
  }
}

// A picture's own page: each page names its neighbours.
class PageSource {
  constructor(doc, href) { this.href = href; this.first = itemOf(href, doc.querySelector('[data-zoom] img')?.alt ?? '', { doc }); }
  async step(from, by) {
    const doc = await pageOf(from), link = doc?.querySelector(by > 0 ? 'a[rel="next"]' : 'a[rel="prev"]');
    if (!link) return null;
    const next = itemOf(link.getAttribute('href'), '', {});
    next.alt = (await pageOf(next))?.querySelector('[data-zoom] img')?.alt ?? '';
    return next;
  }
  leave(last) {
    if (last.id !== idOf(this.href)) turn(last.href);
    else document.querySelector('[data-zoom]')?.focus();
  }
}

const pageOf = async of => of.doc ??= await readPage(of.href);

export function openList(link) { open(new ListSource(link)); }
export function openPage(doc, href) { open(new PageSource(doc, href)); }

function open(from) {
  build();
  source = from;
  marked = null;
  dialog.showModal();
  dialog.focus();
  show(source.first);
}

async function show(next) {
  if (!next) return;
  item = next;
  zoomTo(1);
  picture.src = next.screen;
  picture.alt = next.alt;
  const full = new Image();
  full.src = next.full;
  full.decode().then(() => { if (item === next) picture.src = full.src; }, () => null);
  if (!side.hidden) details();
  for (const by of [1, -1]) {
    const near = await source.step(next, by);
    dialog.querySelector(`[data-do="${by > 0 ? 'ArrowRight' : 'ArrowLeft'}"]`).setAttribute('aria-disabled', !near);
    if (near) new Image().src = near.screen;
    if (item !== next) return;
  }
}

async function step(by) {
  const from = item, next = await source.step(from, by);
  if (item === from) show(next);
}

// The details are those of the picture's own page, with all that can be done there.
async function details() {
  const of = item, doc = await pageOf(of);
  if (item !== of || !doc) return;
  side.replaceChildren(...[...doc.querySelectorAll('.image-side > *')].map(part => document.importNode(part, true)));
}

async function press(key) {
  await details();
  const target = side.querySelector(`[data-key="${key}"]`);
  if (!target) return;
  if (key !== 'Delete') { target.click(); return; }
  const gone = item, next = await source.step(gone, 1) ?? await source.step(gone, -1);
  target.click();
  if (next) show(next); else dialog.close();
}

function info() {
  side.hidden = !side.hidden;
  dialog.classList.toggle('with-side', !side.hidden);
  if (!side.hidden) details();
}

async function compareNow() {
  if (!marked || marked.id === item.id) {
    marked = item;
    tell('Now go to another picture and press C again.');
    return;
  }
  const other = marked;
  marked = null;
  tell('');
  (await import('./compare.js')).compare(other.id, item.id);
}

const tell = text => dialog.querySelector('.viewer-hint').textContent = text;

const acts = {
  ArrowLeft: () => step(-1), ArrowRight: () => step(1), Escape: () => dialog.close(), z: () => zoomTo(scale > 1 ? 1 : 2.5), i: info, c: compareNow,
  l: () => press('l'), r: () => press('r'), d: () => press('d'), Delete: () => press('Delete'), '?': () => showKeys(),
};

function build() {
  if (dialog) return;
  dialog = document.createElement('dialog');
  dialog.className = 'viewer';
  dialog.tabIndex = -1;
  dialog.setAttribute('aria-label', 'Picture');
  const button = (act, name, sign) => `<button type="button" class="icon-button" data-do="${act}" aria-label="${name}" title="${name}">${icon(sign)}</button>`;
  dialog.innerHTML = `<div class="viewer-stage"><img alt=""></div><p class="viewer-hint" role="status"></p>
    <div class="viewer-bar">${button('ArrowLeft', 'Previous (←)', 'left')}${button('ArrowRight', 'Next (→)', 'right')}${button('z', 'Zoom (Z)', 'search')}${
      button('i', 'Details (I)', 'info')}${button('c', 'Compare (C)', 'compare')}${button('Escape', 'Close (Esc)', 'close')}</div>
    <aside class="viewer-side" aria-label="Details" hidden></aside>`;
  document.body.append(dialog);
  stage = dialog.querySelector('.viewer-stage');
  picture = stage.querySelector('img');
  side = dialog.querySelector('.viewer-side');
  dialog.onclick = e => acts[e.target.closest('[data-do]')?.dataset.do]?.();
  dialog.onclose = () => { side.replaceChildren(); source.leave(item); };
  dialog.onkeydown = e => {
    const act = acts[e.key.length === 1 ? e.key.toLowerCase() : e.key];
    if (!act || e.ctrlKey || e.metaKey || e.altKey || e.target.closest('select, input, [popover]:popover-open')) return;
    e.preventDefault();
    e.stopPropagation();
    act();
  };
  // What was done in the details has changed the page that they came from.
  document.addEventListener('atelier:done', () => { if (dialog.open && !side.hidden) { item.doc = null; details(); } });
  gestures();
}

function zoomTo(to, cx = innerWidth / 2, cy = innerHeight / 2) {
  const by = to / scale;
  [x, y] = to <= 1 ? [0, 0] : [(x - cx + innerWidth / 2) * by + cx - innerWidth / 2, (y - cy + innerHeight / 2) * by + cy - innerHeight / 2];
  scale = Math.min(8, Math.max(1, to));
  place();
}

function place() {
  picture.style.transform = scale === 1 ? '' : `translate(${x}px, ${y}px) scale(${scale})`;
  dialog.classList.toggle('zoomed', scale > 1);
}

function gestures() {
  const down = new Map();
  let from, moved, pinch, tapped = 0;
  const spread = () => { const [a, b] = [...down.values()]; return Math.hypot(a.x - b.x, a.y - b.y); };
  stage.onpointerdown = e => {
    stage.setPointerCapture(e.pointerId);
    down.set(e.pointerId, { x: e.clientX, y: e.clientY });
    if (down.size === 1) [from, moved] = [{ x: e.clientX, y: e.clientY }, false];
    else if (down.size === 2) [pinch, moved] = [{ by: spread(), scale }, true];
  };
  stage.onpointermove = e => {
    const last = down.get(e.pointerId);
    if (!last) return;
    const [dx, dy] = [e.clientX - last.x, e.clientY - last.y];
    down.set(e.pointerId, { x: e.clientX, y: e.clientY });
    if (Math.hypot(e.clientX - from.x, e.clientY - from.y) > 8) moved = true;
    if (down.size === 2) zoomTo(pinch.scale * spread() / pinch.by);
    else if (scale > 1) { x += dx; y += dy; place(); }
  };
  const up = e => {
    if (!down.delete(e.pointerId) || down.size > 0 || e.type === 'pointercancel') return;
    const [dx, dy] = [e.clientX - from.x, e.clientY - from.y];
    if (!moved) {
      const twice = e.timeStamp - tapped < 300;
      tapped = e.timeStamp;
      if (e.pointerType === 'mouse' || twice) zoomTo(scale > 1 ? 1 : 2.5, e.clientX, e.clientY);
    } else if (scale === 1 && e.pointerType !== 'mouse' && !pinch && from.x > Edge && from.x < innerWidth - Edge) {
      if (Math.abs(dx) > Far && Math.abs(dx) > 2 * Math.abs(dy)) step(dx < 0 ? 1 : -1);
      else if (dy > 2 * Far && dy > 2 * Math.abs(dx)) dialog.close();
    }
    pinch = null;
  };
  stage.onpointerup = stage.onpointercancel = up;
  stage.addEventListener('wheel', e => { e.preventDefault(); zoomTo(scale * Math.exp(-e.deltaY / 400), e.clientX, e.clientY); }, { passive: false });
}

export function showKeys() {
  const sheet = document.createElement('dialog');
  sheet.className = 'ask keys';
  sheet.setAttribute('aria-label', 'Keys');
  sheet.innerHTML = `<h2>Keys</h2><dl>${Keys.map(([key, does]) => `<div><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`).join('')}</dl>
    <form method="dialog" class="ask-answers"><button class="button">Close</button></form>`;
  sheet.onclose = () => sheet.remove();
  sheet.onkeydown = e => e.stopPropagation();
  document.body.append(sheet);
  sheet.showModal();
}
