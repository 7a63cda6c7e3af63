"use strict";
(() => {
  const form = document.querySelector("form.filter");
  if (!form) return;
  form.hidden = false;
  const chosen = (name) => form.querySelector(`[data-filter=${name}]`).value;
  const show = (node, yes) => { node.hidden = !yes; };
  const apply = () => {
    const tracker = chosen("tracker"), consent = chosen("consent");
    let count = 0;
    for (const body of document.querySelectorAll("table.study tbody")) {
      let any = false;
      for (const row of body.querySelectorAll("[data-row]")) {
        const yes = (!tracker || body.dataset.tracker === tracker) && (!consent || row.querySelector(`.mark.${consent}`));
        show(row, yes);
        if (yes) { any = true; count += 1; }
      }
      show(body, any);
    }
    for (const entry of document.querySelectorAll("article.entry")) {
      show(entry, (!tracker || entry.dataset.tracker === tracker) && (!consent || entry.dataset.consent === consent));
    }
    for (const head of document.querySelectorAll("h3.tracker")) show(head, !tracker || head.dataset.tracker === tracker);
    form.querySelector("output").textContent = tracker || consent ? `${count} rows` : "";
  };
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target) return;
    if (target.hidden) { form.reset(); apply(); }
    const content = target.querySelector("details.content");
    if (content) content.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
  addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("details:not(.content)")) part.open = true; });
})();
