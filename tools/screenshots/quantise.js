// (base64 of a PNG) => [width, height, base64 of the palette, base64 of one index per pixel], at most 256 colours.
// The colours that occur most are kept; each of the others becomes the nearest of them.
async (encoded) => {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes(encoded)]));
  const { width, height } = image;
  const pen = new OffscreenCanvas(width, height).getContext("2d");
  pen.drawImage(image, 0, 0);
  const pixels = new Uint32Array(pen.getImageData(0, 0, width, height).data.buffer);

  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([colour]) => colour);

  const parts = (colour) => [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
  const known = palette.map(parts);
  const nearest = (colour) => {
    const wanted = parts(colour);
    const distances = known.map((found) => found.reduce((sum, part, index) => sum + (part - wanted[index]) ** 2, 0));
    return distances.indexOf(Math.min(...distances));
  };
  const places = new Map(palette.map((colour, index) => [colour, index]));
  for (const colour of counts.keys()) if (!places.has(colour)) places.set(colour, nearest(colour));

  const text = async (array) => {
    const url = await new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.readAsDataURL(new Blob([array]));
    });
    return url.slice(url.indexOf(",") + 1);
  };
  const indices = Uint8Array.from(pixels, (pixel) => places.get(pixel));
  return [width, height, await text(Uint8Array.from(known.flat())), await text(indices)];
}
