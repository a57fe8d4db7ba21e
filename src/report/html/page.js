
(() => {
  "use strict";
  // Entries laid out of one section, while something is searched for and otherwise; the rest is a button away. What is in a
  // closed fold costs nothing.
  const FOUND = 100, SHOWN = 250;
  const byId = (id) => document.getElementById(id);
  const find = byId("find"), status = byId("status");
  const filters = { c: byId("f-c"), o: byId("f-o"), s: byId("f-s") };
  const order = ["different", "not-caught", "not-borne", "no-go", "failed", "incomplete", "not-compared", "new-on-target",
    "expired", "unused", "waived", "blocks", "behaviour", "cosmetic", "ERROR", "WARN", "INFO"];

  let printing = false;

  const sections = [...document.querySelectorAll("main > section")].map((element) => ({
    element,
    hits: element.querySelector(".hits"),
    link: document.querySelector("nav a[href=\"#" + element.id + "\"]").parentElement,
    items: [...element.querySelectorAll("[data-o]")].map((item) => ({
      item,
      text: null,
      c: (item.dataset.c || "").split(" "),
      o: [item.dataset.o],
      s: [item.dataset.s || ""],
    })),
    // Folds that are no entries themselves: they open while something in them is found.
    folds: [...element.querySelectorAll("details:not([data-o])")].filter((fold) => fold.querySelector("[data-o]")),
    all: false,
    more: null,
    limit(any) {
      return this.all || printing ? Infinity : any ? FOUND : this.folds.length ? Infinity : SHOWN;
    },
  }));
  const entries = sections.reduce((sum, section) => sum + section.items.length, 0);

  for (const [key, select] of Object.entries(filters)) {
    const words = new Set(sections.flatMap((section) => section.items).flatMap((entry) => entry[key]));
    words.delete("");
    const place = (word) => (order.includes(word) ? order.indexOf(word) : order.length);
    for (const word of [...words].sort((one, two) => place(one) - place(two) || (one < two ? -1 : 1))) {
      select.add(new Option(word.replaceAll("-", " "), word));
    }
    select.disabled = select.options.length < 2;
  }

  const asked = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = Object.entries(filters).map(([key, select]) => [key, select.value]).filter(([, value]) => value);
    return { words, wanted, any: words.length > 0 || wanted.length > 0 };
  };

  const matches = (entry, { words, wanted }) => {
    if (!wanted.every(([key, value]) => entry[key].includes(value))) return false;
    if (words.length === 0) return true;
    entry.text ??= entry.item.textContent.toLowerCase();
    return words.every((word) => entry.text.includes(word));
  };

  const fold = (section, open) => {
    for (const one of section.folds) {
      if (open && !one.open && one.querySelector("[data-o]:not([hidden])")) {
        one.open = true;
        one.dataset.opened = "";
      } else if (!open && "opened" in one.dataset) {
        one.open = false;
        delete one.dataset.opened;
      }
    }
  };

  const more = (section, hits, shown) => {
    section.more?.remove();
    section.more = null;
    if (hits <= shown) return;
    const line = document.createElement("p"), button = document.createElement("button");
    button.type = "button";
    button.textContent = "Show all " + hits.toLocaleString("en");
    button.addEventListener("click", () => {
      section.all = true;
      apply();
      section.element.querySelector("h2").scrollIntoView();
    });
    line.append("The first " + shown.toLocaleString("en") + " are shown. ", button);
    section.element.append(line);
    section.more = line;
  };

  const apply = () => {
    const question = asked();
    let total = 0;
    for (const section of sections) {
      let hits = 0, shown = 0;
      const limit = section.limit(question.any);
      for (const entry of section.items) {
        const hit = !question.any || matches(entry, question);
        const show = hit && hits < limit;
        hits += hit;
        shown += show;
        if (entry.item.hidden === show) entry.item.hidden = !show;
      }
      total += hits;
      const gone = question.any && hits === 0;
      section.element.hidden = gone;
      section.link.hidden = gone;
      section.hits.textContent = question.any ? hits.toLocaleString("en") + " of " + section.items.length.toLocaleString("en") + " found" : "";
      fold(section, question.any);
      more(section, hits, shown);
    }
    status.textContent = question.any ? total.toLocaleString("en") + " of " + entries.toLocaleString("en") + " entries found" : "";
  };
  const anew = () => {
    for (const section of sections) section.all = false;
    apply();
  };
  const clear = () => {
    const any = asked().any;
    find.value = "";
    for (const select of Object.values(filters)) select.value = "";
    anew();
    if (any) status.textContent = "Everything is shown again";
  };

  find.addEventListener("input", anew);
  for (const select of Object.values(filters)) select.addEventListener("change", anew);
  byId("clear").addEventListener("click", () => {
    clear();
    find.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      find.focus();
      find.select();
    } else if (event.key === "Escape") {
      clear();
    }
  });

  // Where a link leads is shown: what hides it gives way.
  const reveal = () => {
    const target = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) clear();
    if (target.closest("[hidden]")) {
      sections.find((section) => section.element.contains(target)).all = true;
      apply();
    }
    for (let one = target; one; one = one.parentElement) {
      if (one instanceof HTMLDetailsElement) one.open = true;
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href^=\"#\"]");
    if (link && link.getAttribute("href") === location.hash) reveal();
  });

  const key = (row, at) => {
    const cell = row.cells[at];
    return cell.dataset.v === undefined ? cell.textContent.toLowerCase() : Number(cell.dataset.v);
  };
  const compare = (one, two) => (typeof one === "number" && typeof two === "number" ? one - two : String(one).localeCompare(String(two), "en"));
  const sort = (table, heading) => {
    const body = table.tBodies[0], at = heading.cellIndex;
    const up = heading.getAttribute("aria-sort") !== "ascending";
    const rows = [...body.rows].map((row) => [key(row, at), row]);
    rows.sort(([one], [two]) => (up ? compare(one, two) : compare(two, one)));
    body.append(...rows.map(([, row]) => row));
    for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", up ? "ascending" : "descending");
    status.textContent = "Sorted by " + heading.textContent + (up ? ", ascending" : ", descending");
  };
  for (const table of document.querySelectorAll("table.sort")) {
    if (table.tBodies[0].rows.length < 2) continue;
    for (const heading of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = heading.textContent;
      button.addEventListener("click", () => sort(table, heading));
      heading.replaceChildren(button);
    }
  }

  // In the drawing, a table's own arrows stand out.
  const graph = document.querySelector("svg.graph");
  graph?.addEventListener("pointerover", (event) => {
    const node = event.target.closest(".node"), number = node?.dataset.n;
    for (const near of graph.querySelectorAll(".near")) near.classList.remove("near");
    if (!node) return;
    node.classList.add("near");
    for (const edge of graph.querySelectorAll("[data-a=\"" + number + "\"], [data-b=\"" + number + "\"]")) {
      edge.classList.add("near");
      for (const other of [edge.dataset.a, edge.dataset.b]) graph.querySelector("[data-n=\"" + other + "\"]").classList.add("near");
    }
  });

  // Paper has no folds and no buttons.
  let opened = [];
  addEventListener("beforeprint", () => {
    printing = true;
    apply();
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => {
    printing = false;
    apply();
    for (const one of opened) one.open = false;
  });

  byId("tools").hidden = false;
  apply();
  reveal();
})();
