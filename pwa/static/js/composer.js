// @ts-check
// The window that a kind of notice mostly has, as long as nobody has touched it.

class NoticeTimes extends HTMLElement {
  connectedCallback() {
    const defaults = JSON.parse(this.dataset.defaults ?? "{}");
    const times = [...this.querySelectorAll("input[type=datetime-local]")].map((found) => /** @type {HTMLInputElement} */ (found));
    let kind = /** @type {HTMLInputElement | null} */ (this.querySelector("[name=kind]:checked"))?.value ?? "";
    this.addEventListener("change", (event) => {
      const changed = /** @type {HTMLInputElement} */ (event.target);
      if (changed.name !== "kind") return;
      for (const time of times) {
        if (time.value === (defaults[kind]?.[time.name] ?? "") || !time.value) time.value = defaults[changed.value]?.[time.name] ?? "";
      }
      kind = changed.value;
    });
  }
}
customElements.define("notice-times", NoticeTimes);
