// @ts-check
// The map on two staff pages: a grid's boundary, an estate's gates. It only writes into the fields of the form beside it.

/** @typedef {[number, number]} Place longitude, latitude */

const place = /** @type {HTMLElement} */ (document.querySelector("[data-map]"));
const form = /** @type {HTMLFormElement} */ (place.closest("form"));
const part = (/** @type {string} */ name) => /** @type {HTMLButtonElement | null} */ (form.querySelector(`[data-${name}]`));
const style = getComputedStyle(document.documentElement);
const ink = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();

// The library tries one piece of markup at its start; nothing else passes.
/** @type {any} */ (window).trustedTypes?.createPolicy("default", { createHTML: (/** @type {string} */ text) => (text === "<svg/>" ? text : null) });
await import(/** @type {string} */ (place.dataset.map));
const L = /** @type {any} */ (window).L;

const LINES = /** @type {Record<string, [string, number]>} */ ({
  primary: ["edge", 6], secondary: ["edge", 5], tertiary: ["edge", 3], residential: ["line", 3], service: ["line", 2], rail: ["soft", 1],
  grid: ["plan", 2],
});
const AREAS = /** @type {Record<string, string>} */ ({ water: "plan-wash", green: "fine-wash" });
const DOTS = /** @type {Record<string, [string, number]>} */ ({ building: ["soft", 3], estate: ["night", 5], point: ["fine", 6], gate: ["lamp", 8] });

/** Large enough for a thumb; made of elements, since markup is not let in. */
const Handle = L.Icon.extend({
  createIcon() {
    const made = document.createElement("div");
    made.className = `leaflet-marker-icon handle ${this.options.look ?? ""}`;
    made.setAttribute("role", "button");
    made.setAttribute("aria-label", this.options.label);
    return made;
  },
  createShadow: () => null,
});

const map = L.map(place, { zoomControl: false, attributionControl: false, preferCanvas: true, zoomSnap: 0.5, maxZoom: 20, tapHold: true });
if (place.dataset.tiles) L.tileLayer(place.dataset.tiles, { maxZoom: 20 }).addTo(map);

const ground = L.geoJSON(null, {
  interactive: false,
  style: (/** @type {any} */ { properties: { what, name } }) => {
    if (AREAS[what]) return { stroke: what === "water", color: ink(AREAS[what]), weight: 4, fill: true, fillColor: ink(AREAS[what]), fillOpacity: 1 };
    if (DOTS[what]) return { stroke: true, weight: 1, color: ink("card"), fill: true, fillColor: ink(DOTS[what][0]), fillOpacity: 1 };
    const [colour, weight] = LINES[what] ?? ["line", 1];
    return { color: ink(colour), weight: what === "grid" && name === place.dataset.own ? 0 : weight, fill: false, dashArray: what === "grid" ? "6 5" : undefined };
  },
  pointToLayer: (/** @type {any} */ { properties: { what } }, /** @type {any} */ at) => L.circleMarker(at, { radius: DOTS[what][1], interactive: false }),
  onEachFeature: (/** @type {any} */ { properties: { what, name } }, /** @type {any} */ layer) => {
    if (what !== "estate" && what !== "gate") return;
    const words = document.createElement("span");
    words.textContent = name;
    layer.bindTooltip(words, { permanent: true, direction: "bottom", className: "place-name" });
  },
}).addTo(map);

/** What lies under a finger stays until the finger is lifted: the browser would take the lifting for a tap on what is below. */
let held = false;
for (const [kind, now] of /** @type {[string, boolean][]} */ ([["touchstart", true], ["touchend", false], ["touchcancel", false]])) {
  document.addEventListener(kind, () => { held = now; }, { capture: true, passive: true });
}
function lifted(/** @type {() => void} */ act) {
  if (!held) return act();
  const done = new AbortController();
  for (const kind of ["touchend", "touchcancel"]) document.addEventListener(kind, () => { done.abort(); act(); }, { signal: done.signal });
}

// What is drawn reaches beyond the edge, so that a small step asks for nothing.
let known = L.latLngBounds([]);
map.on("moveend", async () => {
  const seen = map.getBounds();
  place.classList.toggle("far", map.getZoom() < 15.5);
  if (known.isValid() && known.contains(seen)) return;
  const wide = seen.pad(0.4);
  const answer = await fetch(`/desk/map.geojson?box=${wide.toBBoxString()}`).catch(() => null);
  if (!answer?.ok) return;
  known = wide;
  ground.clearLayers();
  // With tiles under it only what they do not show is drawn.
  const { features } = await answer.json();
  ground.addData(features.filter((/** @type {any} */ { properties: { what } }) => !place.dataset.tiles || DOTS[what] || what === "grid"));
  place.dataset.drawn = String(features.length);
});
part("in")?.addEventListener("click", () => map.zoomIn());
part("out")?.addEventListener("click", () => map.zoomOut());
part("tools")?.removeAttribute("hidden");
document.querySelector("[data-sketch]")?.setAttribute("hidden", "");

/** @param {HTMLTextAreaElement} field */
function boundary(field) {
  const MOST = 90;
  let parts = read();
  let chosen = "";
  const before = /** @type {string[]} */ ([]);
  map.createPane("line").style.zIndex = "450";
  const line = L.polygon([], { interactive: false, pane: "line", renderer: L.canvas({ pane: "line" }), color: ink("out"), weight: 3, fillColor: ink("lamp"), fillOpacity: 0.15 }).addTo(map);
  const handles = L.layerGroup().addTo(map);
  const [undo, remove] = /** @type {HTMLButtonElement[]} */ ([part("undo"), part("remove")]);

  /** Polygons of rings of corners; the last corner is not the first again. @returns {Place[][][]} */
  function read() {
    try {
      const text = field.value.trim();
      if (!text) return [];
      if (!text.startsWith("{")) {
        return text.split(/\n\s*\n/).map((ring) => [ring.split("\n").map((one) => /** @type {Place} */ (one.trim().split(/[\s,]+/).map(Number)))]);
      }
      const said = JSON.parse(text);
      const { type, coordinates } = said.geometry ?? said;
      const found = type === "Polygon" ? [coordinates] : coordinates;
      return found.map((/** @type {Place[][]} */ rings) => rings.map((ring) => ring.slice(0, -1)));
    } catch {
      return [];
    }
  }

  function write() {
    if (parts.every((rings) => rings.length === 1)) {
      field.value = parts.map(([ring]) => ring.map(([lon, lat]) => `${lon.toFixed(6)} ${lat.toFixed(6)}`).join("\n")).join("\n\n");
    } else {
      field.value = JSON.stringify({ type: "MultiPolygon", coordinates: parts.map((rings) => rings.map((ring) => [...ring, ring[0]])) });
    }
  }

  const turned = () => parts.map((rings) => rings.map((ring) => ring.map(([lon, lat]) => [lat, lon])));

  function draw() {
    line.setLatLngs(turned());
    handles.clearLayers();
    const seen = map.getBounds().pad(0.1);
    const all = parts.flatMap((rings, p) => rings.flatMap((ring, r) => ring.map((at, n) => ({ at, ring, n, key: `${p}.${r}.${n}` }))));
    const near = all.filter(({ at: [lon, lat] }) => seen.contains([lat, lon]));
    part("near")?.toggleAttribute("hidden", near.length <= MOST);
    if (near.length <= MOST) near.forEach(handle);
    undo.disabled = before.length === 0;
    remove.disabled = chosen === "";
  }

  /** @param {{ at: Place, ring: Place[], n: number, key: string }} corner */
  function handle({ at: [lon, lat], ring, n, key }) {
    const label = `${place.dataset.corner} ${n + 1}`;
    const one = L.marker([lat, lon], { draggable: true, icon: new Handle({ label, look: key === chosen ? "on" : "" }) }).addTo(handles);
    one.on("dragstart", keep);
    one.on("drag", () => {
      const { lat, lng } = one.getLatLng();
      ring[n] = [lng, lat];
      line.setLatLngs(turned());
    });
    one.on("dragend", () => { chosen = key; changed(); });
    one.on("click", () => { chosen = chosen === key ? "" : key; draw(); });
    one.on("contextmenu", () => { chosen = key; lifted(away); });
  }

  const keep = () => before.push(JSON.stringify(parts));
  const changed = () => { write(); draw(); };

  function away() {
    const [p, r, n] = chosen.split(".").map(Number);
    if (chosen === "" || parts[p][r].length <= 3) return;
    keep();
    parts[p][r].splice(n, 1);
    chosen = "";
    changed();
  }

  /** A tap puts a corner into the side that is nearest. @param {any} event */
  function add({ latlng, layerPoint }) {
    const sides = parts.flatMap((rings, p) => rings.flatMap((ring, r) => ring.map((at, n) => {
      const [from, to] = [at, ring[(n + 1) % ring.length]].map(([lon, lat]) => map.latLngToLayerPoint([lat, lon]));
      return { p, r, n, far: L.LineUtil.pointToSegmentDistance(layerPoint, from, to) };
    })));
    const side = sides.sort((one, other) => one.far - other.far)[0];
    keep();
    if (!side) parts = [[[]]];
    const { p, r, n } = side ?? { p: 0, r: 0, n: -1 };
    parts[p][r].splice(n + 1, 0, [latlng.lng, latlng.lat]);
    chosen = `${p}.${r}.${n + 1}`;
    changed();
  }

  // A held finger is a tap by a careful hand.
  map.on("click contextmenu", add);
  map.on("moveend", draw);
  remove.addEventListener("click", away);
  undo.addEventListener("click", () => { parts = JSON.parse(before.pop() ?? "[]"); chosen = ""; changed(); });
  field.addEventListener("change", () => { keep(); parts = read(); chosen = ""; draw(); });
  if (parts.length) map.fitBounds(L.polygon(turned()).getBounds(), { padding: [24, 24], animate: false });
  else map.setView([place.dataset.lat, place.dataset.lon], 15);
}

/** A tap says where the gate stands; it may be dragged until it is pinned. */
function gate() {
  /** @type {any} */
  let one = null;
  const say = () => {
    const { lat, lng } = one.getLatLng();
    form.lat.value = lat.toFixed(6);
    form.lon.value = lng.toFixed(6);
    part("pin")?.removeAttribute("hidden");
  };
  map.setView([place.dataset.lat, place.dataset.lon], 17);
  if (!part("pin")) return;
  map.on("click contextmenu", (/** @type {any} */ { latlng }) => {
    one = (one ?? L.marker(latlng, { draggable: true, icon: new Handle({ label: place.dataset.gate, look: "gate on" }) }).on("dragend", say).addTo(map)).setLatLng(latlng);
    say();
  });
}

const field = /** @type {HTMLTextAreaElement | null} */ (form.querySelector("textarea[name=boundary]"));
if (field) boundary(field);
else gate();
