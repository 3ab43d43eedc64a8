// @ts-check
// The kill switch: served as /sw.js it takes the worker and everything it kept off every phone.
const self_ = /** @type {ServiceWorkerGlobalScope & typeof globalThis} */ (/** @type {unknown} */ (self));

self_.addEventListener("install", () => self_.skipWaiting());
self_.addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  for (const name of await caches.keys()) await caches.delete(name);
  await self_.registration.unregister();
}
