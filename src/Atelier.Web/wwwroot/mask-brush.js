// Paints a mask over the picture that is started from. It becomes the mask field's file; nothing else changes.
export function paint(sheet, source, field) {
  const [image, canvas, size] = sheet.querySelectorAll('img, canvas, input'), context = canvas.getContext('2d');
  let strokes = [], stroke;
  const draw = ({ path, width }) => { context.lineWidth = width; context.stroke(path); };
  const on = e => {
    if (!stroke) return;
    const box = canvas.getBoundingClientRect(), scale = canvas.width / box.width;
    stroke.path.lineTo((e.clientX - box.x) * scale, (e.clientY - box.y) * scale);
    draw(stroke);
  };
  canvas.onpointerdown = e => {
    canvas.setPointerCapture(e.pointerId);
    strokes.push(stroke = { path: new Path2D(), width: size.value / 100 * Math.max(canvas.width, canvas.height) });
    on(e);
    on(e);
  };
  canvas.onpointermove = on;
  canvas.onlostpointercapture = () => stroke = null;
  sheet.onclick = e => {
    const act = e.target.dataset.brush;
    if (act === 'use') {
      context.globalCompositeOperation = 'destination-over';
      context.fillRect(0, 0, canvas.width, canvas.height);
      canvas.toBlob(blob => {
        const taken = new DataTransfer();
        taken.items.add(new File([blob], 'mask.png', { type: blob.type }));
        field.files = taken.files;
        sheet.hidePopover();
      });
    } else if (act) {
      strokes = act === 'undo' ? strokes.slice(0, -1) : [];
      context.clearRect(0, 0, canvas.width, canvas.height);
      strokes.forEach(draw);
    }
  };
  image.onload = () => {
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    [context.strokeStyle, context.lineCap, context.lineJoin] = ['#fff', 'round', 'round'];
  };
  image.src = source;
  sheet.showPopover();
}
