// @ts-check
// The answer book on the phone, also without signal: by Chinese words, pinyin and initials. A tap fills the answer box.

const BOOK = "/desk/answers.json";
// As the server weighs it (tickets/answers/search.py, likely.py).
const MEANT = 0.22, LIKELY = 0.3, MEANING = 3, BEHIND = 3, SHARP = 6;
const HAN = /[\u3400-\u9fff]/;
/** @typedef {{id: string, title: string, wording: string, source: string, holds_until: string, asked: string[], province?: string}} Answer */
/** @typedef {{answers: Answer[], sounds: Record<string, string>, same: Record<string, string>, empty: string[], meanings?: Record<string, string>}} Book */
/** @typedef {{answer: Answer, written: string[], heard: string[], letters: string, initials: string, meant: string[]}} Saying */

/** From the network, else the copy on this phone; signing out deletes it with all that begins with "desk". @returns {Promise<Book>} */
export async function load() {
  const cache = await caches.open("desk-book");
  try {
    const answer = await fetch(BOOK);
    if (!answer.ok) throw new Error("refused");
    await cache.put(BOOK, answer.clone());
    return answer.json();
  } catch (error) {
    const kept = await cache.match(BOOK);
    if (!kept) throw error;
    return kept.json();
  }
}

/** As the page says a day: with its year where it is another one. @param {string} held */
function day(held) {
  const then = new Date(`${held}T00:00`);
  const year = then.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return then.toLocaleDateString(document.documentElement.lang, { year, month: "short", day: "numeric" });
}
/** @param {string[]} units */
const grams = (units) => [...units, ...units.slice(1).map((unit, at) => `${units[at]} ${unit}`)];
/** @param {string} sound */
const alike = (sound) => sound.replace(/zh/g, "z").replace(/ch/g, "c").replace(/sh/g, "s").replace(/ng/g, "n");

/** @param {Map<string, number>} one @param {Map<string, number>} other */
function like(one, other) {
  let [shared, first, second] = [0, 0, 0];
  for (const [name, weight] of one) [shared, first] = [shared + weight * (other.get(name) ?? 0), first + weight * weight];
  for (const weight of other.values()) second += weight * weight;
  return shared ? shared / Math.sqrt(first * second) : 0;
}

/** What each answer's sayings mean together; what few answers are about tells more. @param {Book} book @param {Saying[]} sayings */
function meantBy(book, sayings) {
  const spread = new Map(), profiles = new Map(), seen = new Set();
  for (const { answer, meant } of sayings) for (const name of meant) spread.set(name, (spread.get(name) ?? new Set()).add(answer));
  /** @param {string} name */
  const tells = (name) => Math.log(1 + book.answers.length / (spread.get(name)?.size ?? 1));
  for (const { answer, meant } of sayings) {
    const key = `${answer.id} ${meant}`;
    if (!meant.length || seen.has(key)) continue;
    seen.add(key);
    const profile = profiles.get(answer) ?? profiles.set(answer, new Map()).get(answer);
    for (const name of meant) profile.set(name, (profile.get(name) ?? 0) + tells(name));
  }
  return { profiles, tells };
}

/** What is written and what is meant, each once. @param {{written: string[], meant: string[]}} saying */
const things = ({ written, meant }) => new Set([...written, ...meant.map((name) => `=${name}`)]);

/** Who usually talks so: how often each answer's askers say a thing, beside how often all do. @param {Saying[]} sayings */
function likely(sayings) {
  const said = new Map(), whole = new Map();
  for (const saying of sayings) {
    const one = said.get(saying.answer) ?? said.set(saying.answer, { times: 0, often: new Map() }).get(saying.answer);
    one.times += 1;
    for (const thing of things(saying)) for (const counts of [one.often, whole]) counts.set(thing, (counts.get(thing) ?? 0) + 1);
  }
  /** Of each answer, from 0 to 1. @param {{written: string[], meant: string[]}} asked @returns {Map<Answer, number>} */
  return (asked) => {
    const known = [...things(asked)].filter((thing) => whole.has(thing)), odds = new Map();
    /** @param {string} thing */
    const weight = (thing) => (thing.startsWith("=") ? MEANING : 1);
    const length = known.reduce((sum, thing) => sum + weight(thing), 0) || 1;
    for (const [answer, { times, often }] of said) {
      const tells = known.reduce((sum, thing) => sum + weight(thing) * Math.log1p(((often.get(thing) ?? 0) * sayings.length) / whole.get(thing) / BEHIND), 0);
      odds.set(answer, Math.exp(SHARP * (tells / length + Math.log(BEHIND / (times + BEHIND)))));
    }
    const all = [...odds.values()].reduce((sum, one) => sum + one, 0);
    return new Map([...odds].map(([answer, one]) => [answer, one / all]));
  };
}

/** @param {Book} book */
export function searcher(book) {
  const same = Object.keys(book.same).sort((one, other) => other.length - one.length);
  const empty = [...book.empty].sort((one, other) => other.length - one.length);
  /** @param {string} said */
  const plain = (said) => said.normalize("NFKC").toLowerCase().replace(/[^0-9a-z\u3400-\u9fff]+/g, "");
  /** @param {string} said */
  function usual(said) {
    let [left, right] = [plain(said), ""];
    while (left) {
      const found = same.find((word) => left.startsWith(word));
      right += found ? book.same[found] : left[0];
      left = left.slice(found ? found.length : 1);
    }
    const short = empty.reduce((words, word) => words.replaceAll(word, ""), right);
    return short || right;
  }
  /** @param {string} said */
  const hear = (said) => [...said].map((letter) => book.sounds[letter] ?? letter);
  const meanings = Object.entries(book.meanings ?? {}).map(([name, pattern]) => ({ name, pattern: new RegExp(pattern) }));
  /** What is meant, whatever words it takes. @param {string} said */
  const mean = (said) => meanings.filter((one) => one.pattern.test(said)).map((one) => one.name);
  /** @type {Saying[]} */
  const sayings = book.answers.flatMap((answer) => [answer.title, ...answer.asked].map((said) => {
    const words = usual(said), heard = hear(words);
    return { answer, meant: mean(plain(said)), written: grams([...words]), heard: grams(heard), letters: heard.join(""), initials: hear(plain(said)).map((one) => one[0]).join("") };
  }));
  const seen = new Map();
  for (const saying of sayings) for (const gram of new Set([...saying.written, ...saying.heard])) seen.set(gram, (seen.get(gram) ?? 0) + 1);
  /** @param {string} gram */
  const weight = (gram) => Math.log(1 + sayings.length / (seen.get(gram) ?? 0.5)) * (gram.includes(" ") ? 1 : 0.35);

  const { profiles, tells } = meantBy(book, sayings), chances = likely(sayings);
  /** @param {string[]} names */
  const weighed = (names) => new Map(names.map((name) => [name, tells(name)]));
  const meaning = sayings.filter((one) => one.meant.length).map((one) => ({ answer: one.answer, things: weighed(one.meant) }));

  /** How near each answer is by what is meant: one saying of it, and all together. @param {string[]} asked @returns {Map<Answer, number>} */
  function nearInMeaning(asked) {
    const asks = weighed(asked), best = new Map();
    for (const { answer, things } of meaning) {
      const score = like(asks, things);
      if (score > (best.get(answer) ?? 0)) best.set(answer, score);
    }
    for (const [answer, score] of best) best.set(answer, 0.5 * score + 0.5 * like(asks, profiles.get(answer) ?? new Map()));
    return best;
  }

  /** @param {string[]} some */
  const sum = (some) => some.reduce((whole, gram) => whole + weight(gram), 0);
  const bags = new WeakMap();
  /** Counted once for each saying, not at every letter that is typed. @param {string[]} some @returns {{has: Set<string>, whole: number}} */
  const bag = (some) => bags.get(some) ?? bags.set(some, { has: new Set(some), whole: sum(some) }).get(some);
  /** How much of both is the same. @param {string[]} one @param {string[]} other */
  function near(one, other) {
    const [asks, says] = [bag(one), bag(other)];
    return (2 * sum(one.filter((gram) => says.has.has(gram)))) / (asks.whole + says.whole || 1);
  }

  /** @param {string} letters @param {Saying} saying */
  function typed(letters, saying) {
    if (letters.length > 2 && saying.initials.includes(letters)) return saying.initials.startsWith(letters) ? 0.95 : 0.85;
    const sound = alike(letters);
    if (sound.length > 3 && saying.letters.includes(sound)) return 0.9 * Math.min(1, 0.5 + sound.length / saying.letters.length);
    return 0.8 * near(grams([...sound]), grams([...saying.letters]));
  }

  /** @param {string} question @returns {Answer[]} */
  return (question) => {
    const asked = usual(question), latin = !HAN.test(asked), best = new Map();
    if (!asked) return [];
    const written = grams([...asked]), heard = grams(hear(asked)), means = mean(plain(question)), meant = latin ? new Map() : nearInMeaning(means);
    const usually = latin ? new Map() : chances({ written, meant: means });
    for (const saying of sayings) {
      // An answer of a province is for who names the province.
      if (saying.answer.province && !means.includes(saying.answer.province)) continue;
      const nearness = latin ? typed(plain(question), saying) : MEANT * (meant.get(saying.answer) ?? 0) + (1 - MEANT) * (0.62 * near(written, saying.written) + 0.38 * near(heard, saying.heard));
      const score = latin ? nearness : (1 - LIKELY) * nearness + LIKELY * (usually.get(saying.answer) ?? 0);
      if (score > Math.max(0.1, best.get(saying.answer) ?? 0)) best.set(saying.answer, score);
    }
    return [...best].sort((one, other) => other[1] - one[1]).slice(0, 3).map(([answer]) => answer);
  };
}

const form = globalThis.document?.querySelector("form[data-book]");
if (form) {
  const place = /** @type {HTMLElement} */ (document.querySelector("#book-found"));
  const box = /** @type {HTMLTextAreaElement} */ (document.querySelector("textarea[name=words]"));
  const card = /** @type {HTMLInputElement} */ (document.querySelector("input[name=card]"));
  const field = /** @type {HTMLInputElement} */ (form.querySelector("[name=q]"));
  /** @type {ReturnType<typeof searcher> | undefined} */
  let search;
  /** @type {Map<string, Answer>} */
  let known = new Map();
  /** @param {Answer} answer */
  function chip(answer) {
    const link = document.createElement("a");
    [link.className, link.href, link.dataset.card, link.textContent] = ["chip off", `?card=${answer.id}`, answer.id, answer.title];
    return link;
  }
  const show = () => search && field.value.trim() && place.replaceChildren(...search(field.value).map(chip));
  const ready = load().then((book) => {
    search = searcher(book);
    known = new Map(book.answers.map((answer) => [answer.id, answer]));
    show();
  }).catch(() => {});
  field.addEventListener("input", show);
  form.addEventListener("submit", (event) => search && (event.preventDefault(), show()));
  // The box stays open under the finger: focus that left would fold it, and the chip would not be there when the finger lifts.
  place.addEventListener("mousedown", (event) => event.preventDefault());
  let filled = card.value ? box.value : "";
  place.addEventListener("click", async (event) => {
    const link = /** @type {HTMLAnchorElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-card]"));
    if (!link) return;
    event.preventDefault();
    await ready;
    const answer = known.get(link.dataset.card ?? "");
    if (!answer) { if (!box.value.trim()) location.assign(link.href); return; }
    // What was typed stays; only an answer of the book that nobody touched gives way to another.
    const typed = box.value === filled ? "" : box.value.trim();
    if (!typed.includes(answer.wording)) box.value = typed ? `${typed}\n${answer.wording}` : answer.wording;
    filled = typed ? "" : box.value;
    card.value = answer.id;
    for (const one of place.querySelectorAll("[data-card]")) one.className = `chip ${one === link ? "on" : "off"}`;
    const source = /** @type {HTMLElement | null} */ (document.querySelector("#book-source"));
    if (source) source.textContent = `${answer.source} · ${(source.dataset.holds ?? "").replace("{day}", day(answer.holds_until))}`;
    box.focus();
    const start = typed ? box.value.length : 0;
    box.setSelectionRange(start, start);
    box.scrollTop = typed ? box.scrollHeight : 0;
  });
}
