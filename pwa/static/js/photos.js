// @ts-check
// A photo is made smaller on the phone before it is sent: a tenth of the bytes, and without the place where it was taken.
// Where the phone cannot, the photo goes as it is and the server does the same.

const LONGEST = 2048;
const SMALL = 500_000;

/** @param {File} file @returns {Promise<File>} */
async function smaller(file) {
  if (file.size < SMALL) return file;
  const drawn = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(drawn.width, drawn.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(drawn.width * scale), height: Math.round(drawn.height * scale) });
  canvas.getContext("2d")?.drawImage(drawn, 0, 0, canvas.width, canvas.height);
  drawn.close();
  /** @type {Blob | null} */
  const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
  return made && made.size < file.size ? new File([made], "photo.jpg", { type: "image/jpeg" }) : file;
}

document.addEventListener("change", async ({ target }) => {
  const input = /** @type {HTMLInputElement} */ (target);
  if (!input.matches?.("[data-shrink]")) return;
  const chosen = input.files;
  try {
    const kept = new DataTransfer();
    for (const file of chosen ?? []) kept.items.add(await smaller(file).catch(() => file));
    if (input.files === chosen) input.files = kept.files;
  } catch {}
});
