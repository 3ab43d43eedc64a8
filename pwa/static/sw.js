// @ts-check
// The network first. A kept copy only where a page is public or the manager's own, and it says that it is one.
/// <reference lib="webworker" />
const self_ = /** @type {ServiceWorkerGlobalScope & typeof globalThis} */ (/** @type {unknown} */ (self));

const FLOOR = "floor-1";
const ASSETS = "assets-1";
const RESIDENTS = "residents-1";
const DESK = "desk-1";
// The answer book and the wording, which their pages keep themselves: without signal they are wanted most.
const BOOKS = ["desk-book", "desk-wording"];
const MANIFEST = "/manifest.webmanifest";
const KEPT = 60;
const PATIENCE = 4000;

self_.addEventListener("install", (event) => {
  const wanted = ["/offline", MANIFEST].map((url) => new Request(url, { cache: "reload" }));
  event.waitUntil(caches.open(FLOOR).then((cache) => cache.addAll(wanted)));
});

self_.addEventListener("activate", (event) => event.waitUntil(sweep()));

async function sweep() {
  const ours = [FLOOR, ASSETS, RESIDENTS, DESK, ...BOOKS];
  for (const name of await caches.keys()) if (!ours.includes(name)) await caches.delete(name);
  await self_.clients.claim();
}

self_.addEventListener("message", (event) => {
  if (event.data === "skip-waiting") self_.skipWaiting();
  if (event.data === "sign-out") event.waitUntil(forget());
  if (event.data === "keep-me" && event.source) event.waitUntil(pull(/** @type {Client} */ (event.source).url));
  if (event.data?.keep) event.waitUntil(pull(new URL(event.data.keep, location.origin).href, event.data.stamp).then(() => event.source?.postMessage(event.data)));
});

let line = Promise.resolve();
/** Who has signed out since keeps nothing of what was on its way. */
let left = 0;
/** @type {Map<string, string | undefined>} */
const stamps = new Map();

/** One after the other, so that a page that names many is in nobody's way, and what is kept with this stamp not again.
 * @param {string} address @param {string} [stamp] */
function pull(address, stamp) {
  const then = left;
  const pulled = line.then(async () => {
    if (then !== left) return;
    if (stamp && stamps.get(address) === stamp && (await caches.match(address))) return;
    await fetchAndKeep(address, then);
    stamps.set(address, stamp);
  });
  line = pulled.catch(() => {});
  return pulled;
}

async function forget() {
  left += 1;
  stamps.clear();
  await caches.delete(DESK);
}

self_.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event, url.pathname));
  else if (/\.[0-9a-f]{8,}\.\w+$/.test(url.pathname)) event.respondWith(asset(event));
});

/** @param {string} path */
const shelf = (path) => (/^\/[gnc]\//.test(path) ? RESIDENTS : /^\/(desk|review)(\/|$)/.test(path) ? DESK : "");

/** A page that was open before we were, or will be wanted without signal; with its scripts and its sheet. @param {string} address @param {number} then */
async function fetchAndKeep(address, then) {
  const path = new URL(address).pathname;
  if (!shelf(path)) return;
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected || then !== left) throw answer;
  await keep(new Request(address), answer.clone(), shelf(path), path);
  const cache = await caches.open(ASSETS);
  for (const [, url] of (await answer.text()).matchAll(/"(\/static\/[\w.-]+\.(?:js|css))"/g)) if (!(await cache.match(url))) await cache.add(url);
}

/** @param {FetchEvent} event @param {string} path */
async function page(event, path) {
  const name = shelf(path);
  const old = name && (await (await caches.open(name)).match(event.request));
  const fresh = fetch(event.request);
  event.waitUntil(fresh.then((answer) => keep(event.request, answer.clone(), name, path)).catch(() => {}));
  try {
    return await (old ? Promise.race([fresh, late()]) : fresh);
  } catch {
    return old ? marked(old) : /** @type {Response} */ (await caches.match("/offline"));
  }
}

const late = () => new Promise((_, no) => setTimeout(() => no(new Error("slow")), PATIENCE));

/** @param {Request} request @param {Response} answer @param {string} name @param {string} path */
async function keep(request, answer, name, path) {
  if (path === "/sign-in" && answer.ok) return void (await forget());
  if (!name || !answer.ok || !/html/.test(answer.headers.get("content-type") ?? "")) return;
  // A resident's page that is one person's (a position in the address) is kept by nobody.
  if (name === RESIDENTS && /no-store/.test(answer.headers.get("cache-control") ?? "")) return;
  const cache = await caches.open(name);
  await cache.put(request, answer);
  await thin(cache);
}

/** @param {Cache} cache */
async function thin(cache) {
  const keys = await cache.keys();
  for (const key of keys.slice(0, -KEPT)) await cache.delete(key);
}

/** The copy says on <html> when it was made; the page shows it. @param {Response} copy */
async function marked(copy) {
  const made = new Date(copy.headers.get("date") ?? Date.now()).toISOString();
  const html = (await copy.text()).replace("<html", `<html data-kept-at="${made}"`);
  const headers = new Headers(copy.headers);
  headers.set("x-lindian-copy", made);
  return new Response(html, { headers });
}

/** @param {FetchEvent} event */
async function asset(event) {
  const cache = await caches.open(ASSETS);
  const had = await cache.match(event.request);
  if (had) return had;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(cache.put(event.request, answer.clone()).then(() => thin(cache)));
  return answer;
}

self_.addEventListener("push", (event) => event.waitUntil(show(event)));

/** Something is always shown: a phone that sees silent pushes takes the right away. @param {PushEvent} event */
async function show(event) {
  let said;
  try {
    said = event.data?.json();
  } catch {}
  const { title, body, navigate, tag, lang } = Object(said?.notification);
  const us = await ourselves();
  const icon = (/** @type {string} */ purpose) => us.icons?.find((/** @type {any} */ one) => one.purpose === purpose)?.src;
  const about = {
    body: text(body) ?? (text(title) ? undefined : us.description), tag: text(tag), renotify: !!text(tag),
    lang: text(lang), data: text(navigate), icon: icon("any"), badge: icon("monochrome"),
  };
  await self_.registration.showNotification(text(title) ?? us.short_name ?? "Lindian", about);
  if (said?.app_badge) await /** @type {any} */ (navigator).setAppBadge?.(Number(said.app_badge));
}

/** @param {unknown} value */
const text = (value) => (typeof value === "string" && value ? value : undefined);

/** Our name and icons, from the manifest. */
async function ourselves() {
  try {
    return await /** @type {Response} */ (await caches.match(MANIFEST)).json();
  } catch {
    return {};
  }
}

self_.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data ?? "/desk"));
});

/** @param {string} address */
async function open(address) {
  const url = new URL(address, location.origin);
  if (url.origin !== location.origin) return;
  for (const client of await self_.clients.matchAll({ type: "window", includeUncontrolled: true }))
    if (client.url === url.href) return client.focus();
  return self_.clients.openWindow(url.href);
}

self_.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(/** @type {any} */ (event))));

/** @param {{oldSubscription?: PushSubscription, newSubscription?: PushSubscription}} change */
async function renew({ oldSubscription: old, newSubscription }) {
  const now = newSubscription ?? (old && (await self_.registration.pushManager.subscribe(old.options)));
  if (!now) return;
  const { endpoint, keys } = now.toJSON();
  const body = JSON.stringify({ endpoint, keys, estate: null, grid: null, old: old?.endpoint ?? null });
  await fetch("/push/subscriptions", { method: "POST", headers: { "content-type": "application/json" }, body });
}
