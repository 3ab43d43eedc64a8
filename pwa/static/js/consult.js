// @ts-check
// Noting a consult: the answers of the kind that was tapped, or those that fit what was typed; without signal too.

import { load, searcher } from "./book.js";

const cards = /** @type {HTMLElement} */ (document.querySelector("#cards"));
const most = Number(cards.dataset.most);
const every = /** @type {HTMLElement[]} */ ([...cards.querySelectorAll("[data-kinds]")]);
const seek = /** @type {HTMLFormElement} */ (document.querySelector("#seek"));
const field = /** @type {HTMLInputElement} */ (seek.elements.namedItem("q"));
/** @param {HTMLElement} label */
const radio = (label) => /** @type {HTMLInputElement} */ (label.querySelector("input"));

/** These, and the one that is chosen already, the first ones first. @param {HTMLElement[]} some */
function show(some) {
  const seen = some.slice(0, most);
  for (const label of every) label.hidden = !seen.includes(label) && !radio(label).checked;
  for (const label of [...seen].reverse()) cards.querySelector(".chips > :first-child")?.after(label);
}

/** Of a kind for which the book has nothing, what is used most. */
function ofKind() {
  const kind = /** @type {HTMLInputElement | null} */ (document.querySelector("#kinds :checked"))?.value;
  const some = every.filter((label) => kind && label.dataset.kinds?.split(" ").includes(kind));
  show(some.length ? some : every);
  const home = /** @type {HTMLInputElement | null} */ (document.querySelector("[name=home]:checked"));
  if (kind === "danger" && !home?.value) document.querySelector("details.more")?.setAttribute("open", "");
}

document.querySelector("#kinds")?.addEventListener("change", () => { field.value = ""; ofKind(); });
if (document.querySelector("#kinds :checked")) ofKind();
// What was written on the form before it is used once more.
document.querySelector("#consult")?.addEventListener("reset", () => setTimeout(ofKind));

load().then((book) => {
  const search = searcher(book);
  const look = () => {
    const found = search(field.value).map((answer) => every.find((label) => radio(label).value === answer.id));
    field.value.trim() ? show(/** @type {HTMLElement[]} */ (found.filter(Boolean))) : ofKind();
  };
  field.addEventListener("input", look);
  seek.addEventListener("submit", (event) => { event.preventDefault(); look(); });
}).catch(() => {});
