// Two pictures held against each other: one over the other with a slider, or side by side (M).
export function compare(a, b) {
  const url = id => `/api/v1/images/${id}/full`;
  const dialog = document.createElement('dialog');
  dialog.className = 'compare';
  dialog.setAttribute('aria-label', 'Two pictures compared');
  dialog.innerHTML = `<img src="${url(a)}" alt="The first picture"><img class="over" src="${url(b)}" alt="The second picture">
    <div class="viewer-bar"><input type="range" min="0" max="100" value="50" aria-label="How much of the second picture is shown">
    <button type="button" class="button" data-mode>Side by side</button><button type="button" class="button" data-close>Close</button></div>`;
  const over = dialog.querySelector('.over'), slider = dialog.querySelector('input'), mode = dialog.querySelector('[data-mode]');
  const draw = () => over.style.clipPath = dialog.classList.contains('beside') ? '' : `inset(0 0 0 ${100 - slider.value}%)`;
  const turn = () => {
    const beside = dialog.classList.toggle('beside');
    mode.textContent = beside ? 'Slider' : 'Side by side';
    slider.hidden = beside;
    draw();
  };
  slider.oninput = draw;
  mode.onclick = turn;
  dialog.querySelector('[data-close]').onclick = () => dialog.close();
  dialog.onkeydown = e => {
    e.stopPropagation();
    if (e.key.toLowerCase() === 'm') turn();
    if (e.key.toLowerCase() === 'c') dialog.close();
  };
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  draw();
  dialog.showModal();
}
