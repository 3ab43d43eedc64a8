// @ts-check
// While an answer is written: what a household may not know, what sounds of an office, what is long, what belongs to one home.
// The rules are the server's (tickets/wording/plain.toml, personal.toml), kept on the phone. Hints only: nothing is ever in the way.

const RULES = "/desk/wording.json";
/** @typedef {{longest: number, most: number, jargon: string[][], stiff: string[][], personal: string[][], never: string[]}} Rules */
/** @typedef {{kind: string, said: string, instead: string}} Hint */

/** @returns {Promise<Rules>} */
async function load() {
  const cache = await caches.open("desk-wording");
  try {
    const answer = await fetch(RULES);
    if (!answer.ok) throw new Error("refused");
    await cache.put(RULES, answer.clone());
    return answer.json();
  } catch (error) {
    const kept = await cache.match(RULES);
    if (!kept) throw error;
    return kept.json();
  }
}

/** A pattern that an old engine cannot read is left out. @param {string} text */
function pattern(text) {
  try {
    return [new RegExp(text, "g")];
  } catch {
    return [];
  }
}

const NUMBERS = ["phone", "account"];

/** @param {Rules} rules */
export function hinter(rules) {
  const personal = rules.personal.flatMap(([kind, text, label]) => pattern(text).map((one) => ({ kind, one, label })));
  const stiff = rules.stiff.flatMap(([text, instead]) => pattern(text).map((one) => ({ one, instead })));
  const jargon = [...rules.jargon].sort((one, other) => other[0].length - one[0].length);

  /** @param {string} words @returns {Hint[]} */
  function own(words) {
    /** @type {(Hint & {start: number, end: number})[]} */
    const taken = [];
    for (const { kind, one, label } of personal) for (const found of words.matchAll(one)) {
      const [start, end] = [found.index, found.index + found[0].length];
      const digits = found[0].replace(/\D/g, "");
      const open = NUMBERS.includes(kind) && (rules.never.includes(digits) || /^[48]00/.test(digits));
      if (!open && taken.every((other) => end <= other.start || start >= other.end)) taken.push({ kind: "personal", said: found[0].trim(), instead: label, start, end });
    }
    return taken.sort((one, other) => one.start - other.start);
  }

  /** @param {string} words @returns {Hint[]} */
  return (words) => {
    const found = own(words);
    for (const { one, instead } of stiff) for (const [said] of words.matchAll(one)) found.push({ kind: "stiff", said, instead, start: 0, end: 0 });
    let left = words;
    for (const [said, instead] of jargon) if (left.includes(said)) {
      left = left.replaceAll(said, " ");
      found.push({ kind: "jargon", said, instead, start: 0, end: 0 });
    }
    for (const part of words.split(/[\u3002\uff01\uff1f!?;\uff1b\n]/)) {
      const said = part.trim();
      if (said.length > rules.longest) found.push({ kind: "long", said: `${said.slice(0, 12)}\u2026`, instead: "", start: 0, end: 0 });
    }
    const seen = new Map(found.map((one) => [`${one.kind} ${one.said}`, one]));
    return [...seen.values()].slice(0, rules.most);
  };
}

const place = globalThis.document?.querySelector("#hints");
const box = /** @type {HTMLTextAreaElement | null} */ (globalThis.document?.querySelector("textarea[name=words]"));
if (place && box) {
  const sentences = /** @type {HTMLElement} */ (place).dataset;
  load().then((rules) => {
    const hints = hinter(rules);
    const show = () => place.replaceChildren(...hints(box.value).map(({ kind, said, instead }) => {
      const line = document.createElement("li");
      line.textContent = (sentences[kind] ?? "").replace("{said}", () => said).replace("{instead}", () => instead);
      return line;
    }));
    let soon = 0;
    box.addEventListener("input", () => (clearTimeout(soon), (soon = window.setTimeout(show, 400))));
    box.form?.addEventListener("reset", () => setTimeout(show));
    show();
  }).catch(() => {});
}
