// @ts-check
// The hall's screen keeps itself fresh. When the network is lost it keeps what it has and says since when.

const one = (/** @type {string} */ query) => /** @type {HTMLElement} */ (document.querySelector(query));
const { lang, dataset } = document.documentElement;
const zone = { timeZone: "Asia/Shanghai" };
const lost = one("[data-lost]");
const wall = /** @type {HTMLTimeElement} */ (one("[data-clock]"));
/** The boxes behind such screens often have a wrong clock: the server's is taken. */
let behind = dataset.keptAt ? 0 : Date.parse(wall.dateTime) - Date.now();
let known = dataset.keptAt ? Date.parse(dataset.keptAt) : Date.now() + behind;

function tick() {
  const now = new Date(Date.now() + behind);
  wall.textContent = now.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", hour12: false, ...zone });
}

function missed() {
  const time = /** @type {HTMLTimeElement} */ (lost.querySelector("time"));
  time.dateTime = new Date(known).toISOString();
  time.textContent = new Date(known).toLocaleString(lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, ...zone });
  lost.hidden = false;
}

/** Another release: its own sheet and script. @param {Document} next */
const moved = (next) => next.querySelector("script")?.src !== document.querySelector("script")?.src;

/** @param {Document} next @param {string | null} date */
function show(next, date) {
  if (!next.querySelector("main .slide")) return missed();
  if (moved(next)) return location.reload();
  if (date) behind = Date.parse(date) - Date.now();
  known = Date.now() + behind;
  lost.hidden = true;
  for (const part of ["main", "footer", ".clock span"]) {
    const fresh = /** @type {HTMLElement} */ (next.querySelector(part));
    if (fresh.isEqualNode(one(part))) continue;
    one(part).replaceWith(document.importNode(fresh, true));
    if (part !== ".clock span") navigator.serviceWorker?.controller?.postMessage("keep-me");
  }
}

function refresh() {
  const request = new XMLHttpRequest();
  request.open("GET", location.href);
  request.setRequestHeader("cache-control", "no-cache");
  request.responseType = "document";
  request.timeout = 15000;
  request.onload = () => (request.status === 200 && request.response ? show(request.response, request.getResponseHeader("date")) : missed());
  request.onerror = request.ontimeout = missed;
  request.send();
}

/** At the end of each round, so that nothing is cut off while it is read. */
function again() {
  const main = one("main");
  const round = main.children.length * Number(main.dataset.seconds) * 1000;
  setTimeout(() => (refresh(), again()), Math.max(round, 24000));
}

if (dataset.keptAt) missed();
tick();
setInterval(tick, 1000);
again();
addEventListener("online", refresh);
/** @type {any} */ (navigator).wakeLock?.request("screen").catch(() => {});

const scripts = /** @type {any} */ (window).trustedTypes?.createPolicy("lindian", {
  createScriptURL: (/** @type {string} */ url) => {
    if (url !== "/sw.js") throw new TypeError(url);
    return url;
  },
});
navigator.serviceWorker?.register(scripts ? scripts.createScriptURL("/sw.js") : "/sw.js", { updateViaCache: "none" }).catch(() => {});
navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage("keep-me"));
