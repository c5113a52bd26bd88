"use strict";
// Filters by words and verdict what stands on the page already; nothing is loaded from anywhere.
(() => {
  const words = document.getElementById("words");
  const boxes = [...document.querySelectorAll(".filters input[type=checkbox]")];
  const items = [...document.querySelectorAll("[data-verdict]")];
  const texts = new Map(items.map((item) => [item, item.textContent.toLowerCase()]));
  const told = document.getElementById("told");
  const all = items.filter((item) => item.id.startsWith("control-")).length;
  function filter() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    for (const item of items) {
      const text = texts.get(item);
      const fits = verdicts.has(item.dataset.verdict) && wanted.every((word) => text.includes(word));
      item.hidden = !fits;
      if (fits && item.id.startsWith("control-")) shown += 1;
    }
    told.textContent = `${shown} of ${all} controls shown`;
  }
  document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
  words.addEventListener("input", filter);
  boxes.forEach((box) => box.addEventListener("change", filter));
  document.getElementById("unfold").addEventListener("click", () => {
    const open = items.some((item) => item.tagName === "DETAILS" && !item.hidden && !item.open);
    items.forEach((item) => { if (item.tagName === "DETAILS" && !item.hidden) item.open = open; });
  });
  document.querySelector(".filters").hidden = false;
  filter();
})();
