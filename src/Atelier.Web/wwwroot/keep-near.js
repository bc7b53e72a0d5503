// Of a picture far from the screen only its place stays, and whether it is selected; the rest is kept as text until it comes near.
const watcher = new IntersectionObserver(entries => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting && target.kept) bring(target);
    else if (!isIntersecting && !target.contains(document.activeElement)) store(target);
  }
}, { rootMargin: '3000px' });

export function keepNear(tile, dress) {
  tile.dress = dress;
  watcher.observe(tile);
}

function store(tile) {
  for (const extra of tile.querySelectorAll('canvas, .tile-view')) extra.remove();
  const parts = tile.querySelectorAll(':scope > :not(.pick)'), shape = tile.querySelector('.sizer')?.viewBox.baseVal;
  if (!parts.length) return;
  if (shape) tile.style.aspectRatio = shape.width / shape.height;
  tile.kept = [...parts].map(part => part.outerHTML);
  tile.replaceChildren(...tile.querySelectorAll('.pick'));
}

function bring(tile) {
  // What the server has drawn meanwhile is newer.
  if (!tile.querySelector('a')) {
    tile.insertAdjacentHTML('afterbegin', tile.kept.shift());
    tile.insertAdjacentHTML('beforeend', tile.kept.join(''));
    tile.dress?.(tile);
  }
  tile.kept = null;
}
