// @ts-check
// The position is asked for by a tap only; it goes into the address and nowhere else.
for (const found of document.querySelectorAll("[data-position]")) {
  const button = /** @type {HTMLButtonElement} */ (found);
  if (!navigator.geolocation) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    const failed = () => {
      button.disabled = false;
      const said = /** @type {HTMLElement} */ (button.nextElementSibling);
      said.hidden = false;
    };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => location.assign(`${button.dataset.position}lat=${coords.latitude.toFixed(5)}&lon=${coords.longitude.toFixed(5)}`),
      failed,
      { timeout: 8000, maximumAge: 60000, enableHighAccuracy: true },
    );
  });
}
