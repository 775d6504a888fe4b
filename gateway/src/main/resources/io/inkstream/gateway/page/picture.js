// Small pictures of images, white ink on black as the model sees them, from grey pixels or files.

export function bytes(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** @param image of the gateway's event: grey pixels, or a file */
export function picture(image) {
  return image.gray === undefined ? file(image) : gray(bytes(image.gray), image.width, image.height);
}

export function gray(pixels, width, height) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  const data = context.createImageData(width, height);
  for (let i = 0; i < pixels.length; i++) {
    data.data.fill(pixels[i], 4 * i, 4 * i + 3);
    data.data[4 * i + 3] = 255;
  }
  context.putImageData(data, 0, 0);
  return canvas;
}

function file(image) {
  const element = document.createElement('img');
  element.alt = '';
  element.src = `data:${image.type};base64,${image.data}`;
  return element;
}
