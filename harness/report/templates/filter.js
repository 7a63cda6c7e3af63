"use strict";
(() => {
  const form = document.querySelector("form.filter");
  const items = [...document.querySelectorAll("[data-row], [data-item], article.entry")];
  const texts = new Map();
  const text = (node) => {
    if (!texts.has(node)) texts.set(node, node.textContent.toLowerCase());
    return texts.get(node);
  };
  const chosen = (name) => form.querySelector(`[data-filter=${name}]`).value;
  const fits = (node, want) => {
    const has = node.dataset;
    if (want.tracker && has.tracker !== want.tracker) return false;
    if (want.kind && !has.kind.split(" ").includes(want.kind)) return false;
    if (has.consent !== undefined) {
      if ((want.consent && has.consent !== want.consent) || (want.run && has.run !== want.run)) return false;
    } else if (want.consent || want.run) {
      const cell = want.run ? `td[data-run=${want.run}] ` : "";
      if (!node.querySelector(`${cell}.mark${want.consent ? "." + want.consent : ""}`)) return false;
    }
    return !want.text || text(node).includes(want.text);
  };
  const apply = () => {
    const want = Object.fromEntries(["tracker", "kind", "consent", "run"].map((name) => [name, chosen(name)]));
    want.text = chosen("text").trim().toLowerCase();
    const some = Object.values(want).some(Boolean);
    let shown = 0;
    for (const node of items) {
      const yes = !some || fits(node, want);
      if (node.hidden === yes) node.hidden = !yes;
      shown += yes;
    }
    for (const body of document.querySelectorAll("#table .study tbody")) body.hidden = !body.querySelector("[data-row]:not([hidden])");
    form.querySelector("output").textContent = some ? `${shown} of ${items.length} shown, on all pages` : "";
  };
  let waiting = 0;
  form.addEventListener("change", apply);
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector("[data-filter=text]").addEventListener("focus", () => { for (const node of items) text(node); }, { once: true });
  const arrive = () => {
    const target = (location.hash && document.getElementById(location.hash.slice(1))) || document.getElementById("first");
    if (target.hidden) { form.reset(); apply(); }
    const page = target.closest(".page");
    for (const link of document.querySelectorAll("nav a")) {
      if (link.hash === `#${page ? page.id : target.id}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    form.hidden = !(page ? page.querySelector("[data-row], [data-item], article.entry") : items.length);
    const content = target.matches("article") && target.querySelector("details.content");
    if (content) content.open = true;
    if (location.hash) target.scrollIntoView();
  };
  addEventListener("hashchange", arrive);
  arrive();
})();
