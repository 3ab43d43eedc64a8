// @ts-check
// What was written here and still waits on the phone is seen where it will stand.

import { waiting } from "./outbox.js";

const place = /** @type {HTMLElement} */ (document.querySelector("[data-unsent]"));
const { lang } = document.documentElement;
const template = /** @type {HTMLTemplateElement} */ (document.querySelector("#waits"));
/** Where nothing else stands, it is shown with the first that waits. */
const box = /** @type {HTMLElement | null} */ (place.closest("[hidden]"));
/** @type {Element[]} */
let shown = [];

/** In the words that were written, else in those of what was tapped. @param {URLSearchParams} said */
function words(said) {
  if (said.get("words")) return said.get("words");
  const tapped = ["card", "kind"].map((name) => document.querySelector(`[name=${name}][value="${CSS.escape(said.get(name) || "-")}"] + .chip`)?.textContent);
  return tapped.find(Boolean) ?? "";
}

/** @param {import("./outbox.js").Kept} kept */
function line({ body, made }) {
  const drawn = /** @type {Element} */ (template.content.firstElementChild?.cloneNode(true));
  const [said, when] = ["[data-said]", "time"].map((part) => /** @type {HTMLElement} */ (drawn.querySelector(part)));
  said.textContent = words(new URLSearchParams(body));
  when.textContent = new Date(made).toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
  return drawn;
}

async function show() {
  const here = (await waiting()).filter((one) => !one.refused && one.url === place.dataset.unsent);
  for (const one of shown) one.remove();
  place.prepend(...(shown = here.map(line)));
  if (box) box.hidden = !here.length;
}

document.addEventListener("outbox", async (event) => {
  await show();
  if (/** @type {CustomEvent} */ (event).detail.what !== "kept") return;
  // The answer box is small again, and the words are seen above it.
  /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
  shown.at(-1)?.scrollIntoView({ block: "center" });
});
show().catch(() => {});
