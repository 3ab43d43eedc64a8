// @ts-check
// A form marked data-outbox is kept on the phone first and sent from there, so that nothing written without a signal is lost.
// Each has a key of its own: sent twice it is done once. data-outbox="stay" stays on the page when it is sent.
// What is refused comes back into its form, with the reason: there it is put right and sent again.
// Whoever shows what became of a form listens to the document's "outbox" events: { what: kept sent refused, kept: the form }.

/** @typedef {{n?: number, me: string, key: string, url: string, body: string, made: number, stay: boolean, files?: [string, File][], page?: string, action?: string, refused?: string, seen?: boolean, by?: string, at?: number, mistakes?: Record<string, string>}} Kept */

const NAME = "outbox";
const STORE = "forms";
const AGAIN = 15000;
const PATIENCE = 20000;
const SLOWEST = 4; // bytes of a photo in a thousandth of a second
const me = document.body.dataset.me ?? "";
const locks = /** @type {any} */ (navigator).locks;
const place = location.pathname + location.search;
/** @type {HTMLElement | null} */
const strip = document.querySelector("[data-outbox-strip]");

/** One step in the store, opened and shut again, so that signing out can delete it.
 * @template T @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} step @returns {Promise<T>} */
function stored(mode, step) {
  return new Promise((yes, no) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "n", autoIncrement: true });
    asked.onerror = () => no(asked.error);
    asked.onsuccess = () => {
      const held = asked.result.transaction(STORE, mode);
      const done = step(held.objectStore(STORE));
      held.oncomplete = () => (asked.result.close(), yes(done.result));
      held.onabort = () => (asked.result.close(), no(held.error));
    };
  });
}

/** All that waits, in the order in which it was written. @returns {Promise<Kept[]>} */
export const waiting = async () => (await stored("readonly", (store) => store.getAll())).filter((/** @type {Kept} */ one) => one.me === me);

/** @param {string} what @param {Kept} kept */
const tell = (what, kept) => document.dispatchEvent(new CustomEvent("outbox", { detail: { what, kept } }));

const key = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** @type {HTMLButtonElement | null} */
let pressed = null;
document.addEventListener("click", ({ target }) => (pressed = /** @type {Element} */ (target).closest("button")), true);

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const stay = form.dataset.outbox;
  if (stay === undefined || !me) return;
  event.preventDefault();
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter ?? (pressed?.form === form ? pressed : null));
  /** @type {[string, any][]} */
  const all = [...new FormData(form)];
  const said = new URLSearchParams(all.filter(([, value]) => !(value instanceof File)));
  const files = all.filter(([, value]) => value instanceof File && value.name);
  if (button?.name) said.append(button.name, button.value);
  const action = form.getAttribute("action") ?? location.pathname;
  const url = button?.getAttribute("formaction") ?? action;
  const kept = { me, key: key(), url, body: said.toString(), made: Date.now(), stay: stay === "stay", files, page: place, action };
  try {
    const n = Number(await stored("readwrite", (store) => store.add(kept)));
    await mended(form);
    tell("kept", { ...kept, n });
    if (!kept.stay) form.reset();
  } catch {
    return plainly(form, button, url);
  }
  flush();
});

/** Where the phone keeps nothing, the browser sends it. @param {HTMLFormElement} form @param {HTMLButtonElement | null} button @param {string} url */
function plainly(form, button, url) {
  if (button?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
  form.action = url;
  form.submit();
}

/** What went out since this page was opened. @type {Kept[]} */
export const sent = [];
/** @type {Promise<void> | null} */
let flushing = null;
let once_more = false;
let timer = 0;
let signIn = false;

/** Send what waits, one after the other; one tab at a time where the browser can say so. @returns {Promise<void>} */
export function flush() {
  clearTimeout(timer);
  once_more = !!flushing;
  return (flushing ??= (locks ? locks.request(NAME, drain) : drain()).catch(() => {}).then(() => show()).finally(after));
}

function after() {
  flushing = null;
  if (once_more) flush();
}

async function drain() {
  const before = sent.length;
  for (let next; (next = (await waiting()).find((one) => !one.refused)); ) if (!(await send(next))) break;
  if (sent.length > before) navigator.serviceWorker?.controller?.postMessage("keep-me");
}

/** As a browser sends it: with photos in parts. @param {string} said @param {[string, File][]} files */
function body(said, files) {
  const fields = new URLSearchParams(said);
  if (!files.length) return fields;
  const parts = new FormData();
  for (const [name, value] of [...fields, ...files]) parts.append(name, value);
  return parts;
}

/** Whether to go on with the next. @param {Kept} kept */
async function send(kept) {
  const patience = new AbortController();
  const files = kept.files ?? [];
  const size = files.reduce((sum, [, file]) => sum + file.size, 0);
  const stop = setTimeout(() => patience.abort(), PATIENCE + size / SLOWEST);
  const headers = {
    accept: "application/json",
    "idempotency-key": kept.key,
    "x-made-ago": String(Math.max(0, Math.round((Date.now() - kept.made) / 1000))),
  };
  const answer = await fetch(kept.url, { method: "POST", headers, body: body(kept.body, files), redirect: "manual", signal: patience.signal })
    .catch(() => null)
    .finally(() => clearTimeout(stop));
  signIn = answer?.status === 401 || answer?.type === "opaqueredirect";
  if (!answer || signIn || answer.status >= 500 || [408, 425, 429].includes(answer.status)) return false;
  if (answer.ok) {
    kept.by = decodeURIComponent(answer.headers.get("x-done-by") ?? "");
    kept.at = Number(answer.headers.get("x-done-at"));
    return gone(kept, answer.headers.get("content-location"));
  }
  const { title, mistakes } = await answer.json().catch(() => ({}));
  kept.mistakes = mistakes ?? {};
  kept.seen = kept.page === place && document.visibilityState === "visible"; // Who stands before the form reads it there.
  kept.refused = [title || String(answer.status), ...Object.values(mistakes ?? {})].join(" ");
  await stored("readwrite", (store) => store.put(kept));
  tell("refused", kept);
  return true;
}

/** @param {Kept} kept @param {string | null} then */
async function gone(kept, then) {
  await stored("readwrite", (store) => store.delete(/** @type {number} */ (kept.n)));
  sent.push(kept);
  tell("sent", kept);
  if (!kept.stay && then) location.assign(then);
  return true;
}

/** Fill the form in again with what was refused, and say why. @param {Kept} kept @returns {boolean} whether it is there to be put right */
function mend(kept) {
  const forms = /** @type {HTMLFormElement[]} */ ([...document.querySelectorAll("form[data-outbox]")]);
  const form = forms.find((one) => one.dataset.mends === String(kept.n)) ?? forms.find((one) => !one.dataset.mends && one.getAttribute("action") === kept.action);
  if (!form || form.dataset.mends) return !!form;
  form.dataset.mends = String(kept.n);
  const said = new URLSearchParams(kept.body);
  for (const field of /** @type {any} */ (form.elements)) {
    if (!field.name || ["hidden", "file", "submit", "fieldset"].includes(field.type)) continue;
    const values = said.getAll(field.name);
    if (["radio", "checkbox"].includes(field.type)) field.checked = values.includes(field.value);
    else field.value = values.shift() ?? "";
    if (field.type === "textarea" || field.type === "text") field.value && field.closest("details")?.setAttribute("open", "");
  }
  const why = Object.assign(document.createElement("p"), { className: "error", textContent: kept.refused, tabIndex: -1 });
  why.setAttribute("role", "alert");
  form.prepend(why);
  for (const [name, words] of Object.entries(kept.mistakes ?? {})) {
    const named = form.elements.namedItem(name);
    const field = /** @type {HTMLElement | null} */ (named instanceof RadioNodeList ? named[0] : named);
    if (field instanceof HTMLInputElement && field.type === "hidden") {
      field.value = "on"; // What was asked once is not asked again; it stands above.
      continue;
    }
    field?.setAttribute("aria-invalid", "true");
    field?.closest("details")?.setAttribute("open", "");
    field?.closest(".field")?.append(Object.assign(document.createElement("p"), { className: "error marked", textContent: words }));
  }
  why.focus();
  return true;
}

/** What was put right is let go of. @param {HTMLFormElement} form */
async function mended(form) {
  const n = Number(form.dataset.mends);
  if (!n) return;
  delete form.dataset.mends;
  for (const said of form.querySelectorAll("[role=alert], .marked")) said.remove();
  await stored("readwrite", (store) => store.delete(n));
}

/** The strip says what waits; what was refused stands at its form; where nobody saw it there, on the first page too, with the way there. @param {string} [instead] */
async function show(instead) {
  const all = await waiting().catch(() => []);
  const every = all.filter((one) => one.refused);
  const refused = every.filter((one) => (one.page === place ? !mend(one) : !one.page || (!one.seen && location.pathname === "/desk")));
  if (all.length > every.length) timer = window.setTimeout(flush, AGAIN);
  if (!strip) return;
  const { waits = "", refuses = "", signs = "" } = strip.dataset;
  const words = instead ?? (refused.length ? refuses.replace("{why}", refused[0].refused ?? "") : signIn ? signs : waits);
  /** @type {HTMLElement} */ (strip.querySelector("p")).textContent = words.replace("{n}", String(refused.length || all.length - every.length || all.length));
  /** @type {HTMLElement} */ (strip.querySelector("button")).hidden = !refused.length;
  /** @type {HTMLElement} */ (strip.querySelector("a")).hidden = !signIn;
  const there = /** @type {HTMLAnchorElement} */ (strip.querySelector("[data-mend]"));
  there.hidden = !refused[0]?.page || refused[0].page === place;
  there.href = refused[0]?.page ?? "";
  strip.hidden = !instead && !refused.length && all.length === every.length;
}

/** Whether somebody who signs out would lose something; said once. */
export async function loses() {
  await flush();
  const lost = !!strip && (await waiting()).length > 0 && !strip.dataset.said;
  if (lost && strip) await show(strip.dataset.leaves).then(() => (strip.dataset.said = "yes"));
  return lost;
}

strip?.querySelector("button")?.addEventListener("click", async () => {
  for (const one of await waiting()) if (one.refused) await stored("readwrite", (store) => store.delete(/** @type {number} */ (one.n)));
  show();
});

addEventListener("online", async () => {
  await flush();
  // A kept copy is old now; where what was sent leads on by itself, nothing overtakes it.
  if (document.documentElement.dataset.keptAt && sent.every((one) => one.stay)) location.reload();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
if (me) flush();
