// Draws a BlurHash, a few colours that stand in for a picture until its file is there. A hash that is none draws nothing.
const Digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~';
const Side = 16;

const read = text => [...text].reduce((value, digit) => value * 83 + Digits.indexOf(digit), 0);
const linear = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const srgb = value => (value = Math.min(1, Math.max(0, value))) <= 0.0031308 ? value * 12.92 * 255 : (1.055 * value ** (1 / 2.4) - 0.055) * 255;
const signed = value => Math.sign(value) * value * value;

export function drawBlur(element, hash) {
  if (!hash || hash.length < 6 || [...hash].some(digit => !Digits.includes(digit))) return;
  const size = read(hash[0]), across = size % 9 + 1, down = Math.floor(size / 9) + 1;
  if (hash.length !== 4 + 2 * across * down) return;
  const most = (read(hash[1]) + 1) / 166, first = read(hash.slice(2, 6));
  const colours = [[linear(first >> 16), linear(first >> 8 & 255), linear(first & 255)]];
  for (let i = 1; i < across * down; i++) {
    const value = read(hash.slice(4 + i * 2, 6 + i * 2));
    colours.push([Math.floor(value / 361), Math.floor(value / 19) % 19, value % 19].map(part => signed((part - 9) / 9) * most));
  }
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Side;
  const context = canvas.getContext('2d'), pixels = context.createImageData(Side, Side);
  for (let y = 0; y < Side; y++)
    for (let x = 0; x < Side; x++) {
      const colour = [0, 0, 0];
      for (let j = 0; j < down; j++)
        for (let i = 0; i < across; i++) {
          const basis = Math.cos(Math.PI * x * i / Side) * Math.cos(Math.PI * y * j / Side);
          for (let c = 0; c < 3; c++) colour[c] += colours[j * across + i][c] * basis;
        }
      pixels.data.set([...colour.map(srgb), 255], 4 * (y * Side + x));
    }
  context.putImageData(pixels, 0, 0);
  element.prepend(canvas);
}
