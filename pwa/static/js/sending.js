// @ts-check
// The send desk: what was ticked shows at once, also without signal; a swipe ticks; what is late turns yellow while one looks.

import { sent, waiting } from "./outbox.js";

const SWIPE = 70;
const SLANT = 40;
const LOOK = 60000;
const TICKED = 10000;

class SendDesk extends HTMLElement {
  looked = Date.now();

  async connectedCallback() {
    document.addEventListener("outbox", (event) => this.heard(/** @type {CustomEvent} */ (event).detail));
    this.addEventListener("copied", (event) => this.row(/** @type {Element} */ (event.target))?.classList.add("copied"));
    this.swiping();
    this.lateness();
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.news().catch(() => {}));
    for (const kept of sent) this.heard({ what: "sent", kept });
    for (const kept of await waiting().catch(() => [])) this.heard({ what: kept.refused ? "refused" : "kept", kept });
  }

  /** @param {Element} inside @returns {HTMLElement | null} */
  row(inside) {
    return inside.closest("[data-state]");
  }

  /** @param {{what: string, kept: import("./outbox.js").Kept}} said */
  heard({ what, kept }) {
    const said = new URLSearchParams(kept.body);
    if (said.get("update") !== this.dataset.update || !kept.url.startsWith(this.dataset.posts ?? "-")) return;
    const button = /** @type {HTMLButtonElement | null} */ (this.querySelector(`button[name=to][value="${CSS.escape(said.get("to") ?? "")}"]`));
    const row = button && this.row(button);
    // What is said of an earlier tap no longer counts once there was a later one.
    if (!button || !row || Number(row.dataset.tap ?? 0) > (kept.n ?? 0)) return;
    row.dataset.tap = String(kept.n);
    const undo = kept.url !== this.dataset.posts;
    const ticked = what === "refused" ? undo : !undo;
    row.dataset.state = ticked ? (what === "kept" ? "kept" : "posted") : "todo";
    button.setAttribute("aria-pressed", String(ticked));
    if (ticked) button.setAttribute("formaction", `${this.dataset.posts}/withdrawal`);
    else button.removeAttribute("formaction");
    this.say(row, ticked ? what : "", kept);
    this.count();
    if (what === "sent") this.news(TICKED).catch(() => {});
  }

  /** A colleague may have ticked it before: the answer says who. @param {HTMLElement} row @param {string} what @param {import("./outbox.js").Kept} kept */
  say(row, what, { made, by, at }) {
    const words = row.querySelector("[data-said]");
    const list = /** @type {HTMLElement | null} */ (row.closest("[data-posted]"));
    if (!words || !list) return;
    const time = new Date(at || made).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
    const told = what === "kept" ? list.dataset.kept : what ? list.dataset.posted : "";
    words.textContent = (told ?? "").replace("{name}", by || (this.dataset.me ?? "")).replace("{time}", time);
  }

  count() {
    for (const section of this.querySelectorAll("[data-of]")) {
      const done = section.querySelectorAll("[data-state=posted], [data-state=kept]").length;
      for (const said of section.querySelectorAll("[data-done-count]")) said.textContent = String(done);
      const bar = /** @type {HTMLProgressElement | null} */ (section.querySelector("progress"));
      if (bar) bar.value = done;
    }
  }

  /** To the right ticks, to the left takes back. */
  swiping() {
    let x = 0, y = 0;
    this.addEventListener("touchstart", ({ touches }) => ([x, y] = [touches[0].clientX, touches[0].clientY]), { passive: true });
    this.addEventListener("touchend", ({ target, changedTouches: [end] }) => {
      const row = this.row(/** @type {Element} */ (target));
      const far = end.clientX - x;
      if (!row || !row.matches(".send") || Math.abs(far) < SWIPE || Math.abs(end.clientY - y) > SLANT) return;
      const button = /** @type {HTMLButtonElement | null} */ (row.querySelector("button[name=to]"));
      if (button && far > 0 === (row.dataset.state === "todo")) button.click();
    }, { passive: true });
  }

  lateness() {
    const due = Date.parse(this.dataset.due ?? "");
    const look = () => this.classList.toggle("tardy", Date.now() >= due);
    if (!due) return;
    look();
    setInterval(look, 20000);
  }

  /** A colleague may have said something new meanwhile: then these texts are old. @param {number} [after] not sooner since it was looked */
  async news(after = LOOK) {
    if (Date.now() - this.looked < after) return;
    this.looked = Date.now();
    const answer = await fetch(location.pathname);
    const there = /data-update="(\d+)"/.exec(await answer.text())?.[1];
    if (answer.ok && there && there !== this.dataset.update) /** @type {HTMLElement} */ (this.querySelector("[data-news]")).hidden = false;
  }
}
customElements.define("send-desk", SendDesk);
