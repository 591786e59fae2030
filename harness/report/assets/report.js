(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const get = (id) => document.getElementById(id);
  const controls = get("controls");
  if (!controls) return;
  controls.hidden = false;
  controls.addEventListener("submit", (event) => event.preventDefault());

  const wanted = (element) => {
    const subject = get("f-subject").value;
    const verdict = get("f-verdict").value;
    const { subject: mine, verdict: own } = element.dataset;
    const fits = verdict === "" || (verdict === "!" ? own !== "match" : own === verdict);
    return (subject === "" || mine === subject) && fits;
  };

  const filter = () => {
    const text = get("f-text").value.trim().toLowerCase();
    const fits = (element) => element.dataset.scenario.toLowerCase().includes(text);
    let shown = 0;
    for (const row of all(".matrix tr[data-scenario]")) {
      const cells = all("td.m", row);
      let any = cells.length === 0;
      for (const cell of cells) {
        const ok = wanted(cell);
        cell.classList.toggle("faint", !ok);
        any = any || ok;
      }
      const visible = any && fits(row);
      row.classList.toggle("filtered", !visible);
      shown += visible ? 1 : 0;
    }
    for (const body of all(".matrix tbody")) {
      body.classList.toggle("filtered", !all("tr[data-scenario]:not(.filtered)", body).length);
    }
    for (const section of all("section.scenario")) {
      const cells = all("details.cell", section);
      for (const cell of cells) cell.classList.toggle("filtered", !wanted(cell));
      const any = cells.length === 0 || cells.some((cell) => !cell.classList.contains("filtered"));
      section.classList.toggle("filtered", !(any && fits(section)));
    }
    const subject = get("f-subject").value;
    for (const cause of all("details.cause")) {
      cause.classList.toggle("filtered", subject !== "" && !cause.dataset.subjects.split(" ").includes(subject));
    }
    get("f-count").value = `${shown} scenarios`;
  };
  for (const id of ["f-subject", "f-verdict", "f-text"]) get(id).addEventListener("input", filter);

  const setAll = (open) => {
    for (const cell of all("details.cell:not(.filtered)")) cell.open = open;
    for (const cause of all("#causes > details.cause:not(.filtered)")) cause.open = open;
  };
  get("b-open").addEventListener("click", () => setAll(true));
  get("b-close").addEventListener("click", () => setAll(false));

  const reveal = () => {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = id && get(id);
    if (!target) return;
    for (let one = target; one; one = one.parentElement) {
      if (one.tagName === "DETAILS") one.open = true;
      one.classList.remove("filtered");
    }
    target.scrollIntoView({ block: "start" });
  };
  addEventListener("hashchange", reveal);
  reveal();

  const stops = () => all("details.cell:not(.ok, .off, .filtered)").filter((one) => !one.closest(".filtered"));
  let current = -1;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const step = { n: 1, p: -1 }[event.key];
    const found = stops();
    if (!step || !found.length) return;
    current = (current + step + found.length) % found.length;
    if (current < 0) current = found.length - 1;
    found[current].open = true;
    const summary = found[current].querySelector("summary");
    summary.focus({ preventScroll: true });
    summary.scrollIntoView({ block: "start" });
  });
  document.documentElement.dataset.ready = "";
})();
