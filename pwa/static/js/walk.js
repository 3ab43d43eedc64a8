// @ts-check
// On the spot: a gate where one stands, and a walk timed by two taps. A walk under way outlives a closed page.

/** @returns {Promise<GeolocationPosition | null>} */
const here = () => new Promise((done) => {
  if (!navigator.geolocation) return done(null);
  navigator.geolocation.getCurrentPosition(done, () => done(null), { timeout: 8000, enableHighAccuracy: true, maximumAge: 5000 });
});

/** @param {HTMLFormElement} form @param {string} name @param {string | number} value */
function put(form, name, value) {
  const field = /** @type {HTMLInputElement | null} */ (form.elements.namedItem(name));
  if (field) field.value = String(value);
}

for (const found of document.querySelectorAll("form[data-here]")) {
  const form = /** @type {HTMLFormElement} */ (found);
  const button = /** @type {HTMLButtonElement | null} */ (form.querySelector("[data-take]"));
  if (!button || !navigator.geolocation) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    const at = await here();
    button.disabled = false;
    const failed = /** @type {HTMLElement} */ (button.nextElementSibling);
    failed.hidden = at !== null;
    if (!at) return;
    put(form, "lat", at.coords.latitude.toFixed(6));
    put(form, "lon", at.coords.longitude.toFixed(6));
    form.submit();
  });
}

for (const found of document.querySelectorAll("form[data-walk]")) {
  const form = /** @type {HTMLFormElement} */ (found);
  /** @param {string} name @returns {HTMLElement} */
  const part = (name) => /** @type {HTMLElement} */ (form.querySelector(`[data-${name}]`));
  const key = `walk ${form.action}`;
  const [start, stop, clock] = [part("start"), part("stop"), part("clock")];
  const running = () => JSON.parse(localStorage.getItem(key) ?? "null");
  const show = () => {
    const walk = running();
    start.hidden = walk !== null;
    stop.hidden = clock.hidden = walk === null;
    const seconds = walk ? Math.round((Date.now() - walk.at) / 1000) : 0;
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  start.addEventListener("click", async () => {
    const walk = { at: Date.now(), home: form.home.value, point: form.point.value, from: /** @type {number[]} */ ([]) };
    localStorage.setItem(key, JSON.stringify(walk));
    show();
    const at = await here();
    if (at && running()) localStorage.setItem(key, JSON.stringify({ ...walk, from: [at.coords.latitude, at.coords.longitude] }));
  });
  stop.addEventListener("click", async () => {
    const walk = running();
    put(form, "seconds", Math.round((Date.now() - walk.at) / 1000));
    const at = await here();
    if (walk.from.length) [["from_lat", walk.from[0]], ["from_lon", walk.from[1]]].forEach(([name, value]) => put(form, name, value));
    if (at) [["to_lat", at.coords.latitude], ["to_lon", at.coords.longitude]].forEach(([name, value]) => put(form, name, value));
    localStorage.removeItem(key);
    form.submit();
  });
  const walk = running();
  if (walk) [["home", walk.home], ["point", walk.point]].forEach(([name, value]) => put(form, name, value));
  show();
  setInterval(show, 1000);
}
