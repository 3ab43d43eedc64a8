// @ts-check
// The managers' app, beside residents.js: a new version, the home screen, the badge, push at each start, signing out.

import { loses } from "./outbox.js";
import { post } from "./residents.js";

const sw = navigator.serviceWorker;
/** @param {string} query @returns {HTMLElement | null} */
const one = (query) => document.querySelector(query);
const screen = /** @type {any} */ (navigator);

// A new version waits for the button, then the page is loaded once.
const update = one("[data-update]");

/** @param {ServiceWorkerRegistration} registration */
function offer(registration) {
  const waiting = registration.waiting;
  if (!update || !waiting || !sw.controller) return;
  update.hidden = false;
  update.querySelector("button")?.addEventListener("click", () => {
    sw.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("skip-waiting");
  }, { once: true });
}

/** @param {ServiceWorkerRegistration} registration */
function watch(registration) {
  offer(registration);
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", () => offer(registration));
  });
}

/** The phone's push address may have changed while we slept. @param {ServiceWorkerRegistration} registration */
async function repost(registration) {
  const subscription = await registration.pushManager?.getSubscription();
  if (!subscription || sessionStorage.getItem("pushed")) return;
  if ((await post(subscription, {})).ok) sessionStorage.setItem("pushed", "yes");
}

/** What the manager goes to from here may be needed where there is no signal; what says how new it is, only when it changed.
 * @param {ServiceWorkerRegistration} registration */
function pull(registration) {
  sw.addEventListener("message", ({ data }) => data?.stamp && sessionStorage.setItem(`kept ${data.keep}`, data.stamp));
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-keep]"))) {
    const [keep, stamp] = [link.getAttribute("href"), link.dataset.keep];
    if (!stamp || sessionStorage.getItem(`kept ${keep}`) !== stamp) registration.active?.postMessage({ keep, stamp });
  }
}

if (sw) {
  sw.ready.then((registration) => {
    watch(registration);
    if (!document.documentElement.dataset.keptAt) pull(registration);
    if (!one("push-subscribe")) repost(registration).catch(() => {});
  });
}

// The browser's offer to install is kept for a fitting moment.
const place = one("[data-install]");
const once = place?.dataset.install;

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  if (!place || (once && localStorage.getItem(`install-${once}`))) return;
  if (once) localStorage.setItem(`install-${once}`, "shown");
  place.hidden = false;
  place.querySelector("button")?.addEventListener("click", () => /** @type {any} */ (event).prompt(), { once: true });
});
addEventListener("appinstalled", () => place && (place.hidden = true));

// "I stand here": the position goes into the form's own fields, by a tap only.
for (const found of document.querySelectorAll("[data-here]")) {
  const button = /** @type {HTMLButtonElement} */ (found);
  if (!navigator.geolocation || !button.form) continue;
  const { form } = button;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    /** @param {string} words */
    const say = (words) => (button.textContent = words);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        for (const [name, degrees] of [["lat", coords.latitude], ["lon", coords.longitude]])
          /** @type {HTMLInputElement} */ (form.elements.namedItem(String(name))).value = Number(degrees).toFixed(6);
        say(button.dataset.done ?? "");
      },
      () => { button.disabled = false; say(button.dataset.failed ?? ""); },
      { timeout: 8000, maximumAge: 10000, enableHighAccuracy: true },
    );
  });
}

// What can be done until a moment is not offered after it.
for (const found of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-until]")))
  setTimeout(() => found.remove(), Date.parse(found.dataset.until ?? "") - Date.now());

const badge = document.body.dataset.badge;
if (badge && screen.setAppBadge) (Number(badge) ? screen.setAppBadge(Number(badge)) : screen.clearAppBadge()).catch(() => {});

// Whoever passed a grid on reads nothing of it any more, without signal either.
const { grids } = document.body.dataset;
if (grids !== undefined && !document.documentElement.dataset.keptAt) {
  const now = grids.split(" ");
  const lost = (localStorage.getItem("grids") ?? "").split(" ").some((one) => one && !now.includes(one));
  if (lost) sw?.ready.then((registration) => registration.active?.postMessage("sign-out"));
  localStorage.setItem("grids", grids);
}

// Signing out leaves nothing of anybody on the phone.
async function forget() {
  sw?.controller?.postMessage("sign-out");
  sessionStorage.clear();
  for (const name of await caches.keys()) if (name.startsWith("desk")) await caches.delete(name);
  for (const { name } of (await indexedDB.databases?.()) ?? [{ name: "outbox" }]) if (name) indexedDB.deleteDatabase(name);
  await screen.clearAppBadge?.();
}

for (const form of document.querySelectorAll('form[action="/sign-out"]')) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await loses().catch(() => false)) return;
    await Promise.race([forget().catch(() => {}), new Promise((go) => setTimeout(go, 1500))]);
    /** @type {HTMLFormElement} */ (form).submit();
  });
}
// Back from the browser's memory shows a page of somebody who has left: ask again.
addEventListener("pageshow", (event) => event.persisted && location.reload());
