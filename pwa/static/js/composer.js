// @ts-check
// The window that a kind of notice mostly has, as long as nobody has touched it; what the form means, asked again at every change;
// a text from dispatch taken from the clipboard with the tap that reads it.

class NoticeTimes extends HTMLElement {
  connectedCallback() {
    const defaults = JSON.parse(this.dataset.defaults ?? "{}");
    const times = [...this.querySelectorAll("input[type=datetime-local]")].map((found) => /** @type {HTMLInputElement} */ (found));
    let kind = /** @type {HTMLInputElement | null} */ (this.querySelector("[name=kind]:checked"))?.value ?? "";
    this.addEventListener("change", (event) => {
      const changed = /** @type {HTMLInputElement} */ (event.target);
      if (changed.name !== "kind" || !defaults[changed.value]) return;
      for (const time of times) {
        if (time.value === (defaults[kind]?.[time.name] ?? "") || !time.value) time.value = defaults[changed.value][time.name] ?? "";
      }
      kind = changed.value;
    });
  }
}
customElements.define("notice-times", NoticeTimes);

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("compose"));
const reckoning = document.getElementById("reckoning");
const ASKED = ["grid", "kind", "starts_at", "ends_at", "unknown", "estates", "buildings", "partly"];
/** The newest question; an older one is dropped. A document by XMLHttpRequest runs no script. */
let asked = new XMLHttpRequest();

function reckon() {
  if (!form || !reckoning) return;
  const said = [...new FormData(form)].filter(([name]) => ASKED.includes(name)).map(([name, value]) => [name, String(value)]);
  asked.abort();
  asked = new XMLHttpRequest();
  asked.responseType = "document";
  asked.addEventListener("load", () => {
    const { status, response } = asked;
    if (status === 200 && response?.querySelector(".reach")) reckoning.replaceChildren(...response.body.childNodes);
  });
  asked.open("GET", `/desk/notices/reckoning?${new URLSearchParams(said)}`);
  asked.send();
}

let waiting = 0;
form?.addEventListener("change", () => {
  clearTimeout(waiting);
  waiting = setTimeout(reckon, 250);
});

const box = /** @type {HTMLTextAreaElement | null} */ (document.querySelector("textarea[data-paste]"));
box?.form?.addEventListener("submit", async (event) => {
  if (box.value.trim() || !navigator.clipboard?.readText) return;
  event.preventDefault();
  box.value = await navigator.clipboard.readText().catch(() => "");
  if (box.value.trim()) box.form?.requestSubmit();
  else box.focus();
});
box?.addEventListener("paste", () => setTimeout(() => box.value.trim() && box.form?.requestSubmit()));
