// @ts-check
// What every page may do better with JavaScript. Nothing here is needed to read or to ask.

const sw = navigator.serviceWorker;
/** @param {string} query @returns {HTMLElement[]} */
const all = (query) => [...document.querySelectorAll(query)].map((found) => /** @type {HTMLElement} */ (found));

const scripts = /** @type {any} */ (window).trustedTypes?.createPolicy("lindian", {
  createScriptURL: (/** @type {string} */ url) => {
    if (url !== "/sw.js") throw new TypeError(url);
    return url;
  },
});

function register() {
  sw.register(scripts ? scripts.createScriptURL("/sw.js") : "/sw.js", { updateViaCache: "none" }).catch(() => {});
}
if (sw) {
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
  if (!sw.controller) sw.ready.then(({ active }) => active?.postMessage("keep-me"));
  if (!document.body.dataset.me) sw.ready.then(({ active }) => near(active));
}

/** What a resident's page leads to is wanted without signal too: kept once, and anew whenever it is opened. @param {ServiceWorker | null} active */
async function near(active) {
  for (const link of all("a[data-keep]")) {
    const keep = /** @type {HTMLAnchorElement} */ (link).href;
    if (!(await caches.match(keep))) active?.postMessage({ keep });
  }
}

// The service worker writes on <html> when it kept the copy that is shown.
const kept = document.documentElement.dataset.keptAt;
if (kept) {
  for (const banner of all("[data-offline-copy]")) {
    const time = /** @type {HTMLTimeElement} */ (banner.querySelector("time"));
    time.dateTime = kept;
    time.textContent = new Date(kept).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Shanghai" });
    banner.hidden = false;
  }
  // A manager's page first sends what waits (outbox.js).
  if (!document.body.dataset.me) addEventListener("online", () => location.reload());
}

/** @param {HTMLElement} button */
function confirm(button) {
  const words = button.querySelector("span") ?? button;
  const before = words.textContent;
  words.textContent = button.dataset.done ?? before;
  button.setAttribute("aria-live", "polite");
  setTimeout(() => (words.textContent = before), 2500);
}

/** WeChat's engine may refuse the clipboard: then the old way. Whether it is there now. @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** The phone lets nobody copy: the words are marked, so that a finger can. @param {HTMLElement} source */
function mark(source) {
  const shut = source.closest("details");
  if (shut) shut.open = true;
  if (source instanceof HTMLTextAreaElement) source.select();
  else getSelection()?.selectAllChildren(source);
  source.scrollIntoView({ block: "nearest" });
}

for (const button of all("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = /** @type {HTMLElement} */ (document.querySelector(button.dataset.copy ?? ""));
    if (!(await copy(/** @type {HTMLTextAreaElement} */ (source).value ?? source.innerText))) return mark(source);
    confirm(button);
    button.dispatchEvent(new CustomEvent("copied", { bubbles: true }));
  });
}

for (const button of all("[data-share]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const { title = document.title, text = "" } = button.dataset;
    const url = new URL(button.dataset.url || location.href, location.href).href;
    if (navigator.share) return navigator.share({ title, text, url }).catch(() => {});
    if (await copy([text || title, url].join("\n"))) confirm(button);
  });
}

for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
for (const button of all("[data-again]")) button.addEventListener("click", () => location.reload());

/** @param {string} key base64url @returns {Uint8Array<ArrayBuffer>} */
const bytes = (key) => Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

/** @param {PushSubscription} subscription @param {DOMStringMap} about @param {{ again?: boolean, old?: string }} [more] */
export function post(subscription, about, more) {
  const { endpoint, keys } = subscription.toJSON();
  const body = JSON.stringify({ endpoint, keys, estate: Number(about.estate) || null, grid: about.grid || null, work: !!about.work, ...more });
  return fetch("/push/subscriptions", { method: "POST", headers: { "content-type": "application/json" }, body });
}

/** FCM cannot be reached from the mainland and never says so: after seven seconds another way is offered.
 * @template T @param {Promise<T>} promise @returns {Promise<T>} */
const soon = (promise) => Promise.race([promise, new Promise((_, no) => setTimeout(() => no(new Error("slow")), 7000))]);

class PushSubscribe extends HTMLElement {
  async connectedCallback() {
    if (!sw || !("PushManager" in window)) return;
    const button = /** @type {HTMLButtonElement} */ (this.querySelector("button"));
    this.hidden = false;
    const found = sw.ready.then(({ pushManager }) => pushManager.getSubscription());
    button.addEventListener("click", async () => this.subscribe(button, await found));
    const now = await found;
    // For work it is a switch: nobody's phone rings because a page was opened.
    if (now && !this.dataset.work && Notification.permission === "granted") this.subscribe(button, now, true);
  }

  /** Also at each start: a subscription is posted again, and made anew when the key has changed. Then who has left stays away.
   * @param {HTMLButtonElement} button @param {PushSubscription | null} [now] */
  async subscribe(button, now, again = false) {
    button.disabled = true;
    try {
      const key = bytes(this.dataset.key ?? "");
      const was = now?.endpoint;
      const old = now?.options.applicationServerKey;
      if (now && old && new Uint8Array(old).join() !== key.join()) {
        await now.unsubscribe();
        now = null;
      }
      const manager = (await sw.ready).pushManager;
      now ??= await soon(manager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
      const answer = await post(now, this.dataset, { again, old: was });
      if (!answer.ok) throw new Error("refused");
      if (this.dataset.work) return location.reload();
      const { manage } = await answer.json();
      if (!manage) return (button.disabled = false);
      const link = this.querySelector("a");
      if (link) [link.href, link.hidden] = [manage, false];
      (button.querySelector("span") ?? button).textContent = this.dataset.done ?? "";
    } catch {
      button.disabled = false;
      for (const other of this.querySelectorAll("[data-otherwise]")) /** @type {HTMLElement} */ (other).hidden = false;
    }
  }
}
customElements.define("push-subscribe", PushSubscribe);

// Who left on this phone: its push service forgets it as well.
if (sw && all("[data-push-end]")[0]) sw.ready.then((ours) => ours.pushManager?.getSubscription()).then((found) => found?.unsubscribe());
