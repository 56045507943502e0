/* Shows what the checks find beside the fields while somebody writes; the server checks again when the text is sent. */
(() => {
  "use strict";

  const PAUSE = 1200;
  const form = document.querySelector("form[data-edit-form]");
  const address = form && checkAddress(window.location.pathname);
  if (!address) return;

  const summary = document.createElement("p");
  summary.className = "gs-findings__summary";
  summary.setAttribute("role", "status");
  form.prepend(summary);
  let timer = 0;
  let turn = 0;

  ["input", "change", "focusout"].forEach((name) => form.addEventListener(name, wait));
  form.addEventListener("click", wait);
  wait();

  /* /admin/pages/7/edit/ or /admin/pages/add/sites_pages/articlepage/7/, wherever the admin stands. */
  function checkAddress(path) {
    const edited = path.match(/^(.*)\/pages\/(\d+)\/edit\//);
    if (edited) return `${edited[1]}/screening/pages/${edited[2]}/`;
    const added = path.match(/^(.*)\/pages\/add\/(\w+)\/(\w+)\/(\d+)\//);
    return added ? `${added[1]}/screening/new/${added[2]}.${added[3]}/${added[4]}/` : "";
  }

  function wait() {
    window.clearTimeout(timer);
    timer = window.setTimeout(check, PAUSE);
  }

  async function check() {
    const mine = (turn += 1);
    let answer = null;
    try {
      const response = await fetch(address, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      if (response.ok) answer = await response.json();
    } catch {
      answer = null;
    }
    if (mine !== turn) return;
    if (answer) show(answer);
    else summary.textContent = "";
  }

  function show({ findings, summary: words }) {
    form.querySelectorAll("[data-gs-findings]").forEach((old) => old.remove());
    summary.textContent = words;
    findings.forEach((finding) => {
      const place = placeOf(finding);
      if (!place) return;
      let list = place.querySelector(":scope > [data-gs-findings]");
      if (!list) {
        list = document.createElement("ul");
        list.className = "gs-findings";
        list.dataset.gsFindings = "";
        place.append(list);
      }
      const line = document.createElement("li");
      line.className = finding.isBlocking ? "gs-findings__line gs-findings__line--block" : "gs-findings__line";
      line.dataset.check = finding.check;
      const label = document.createElement("strong");
      label.textContent = `${finding.label} `;
      const basis = document.createElement("span");
      basis.className = "gs-findings__basis";
      basis.textContent = finding.basis;
      line.append(label, finding.sentence, basis);
      list.append(line);
    });
  }

  /* The block of a body, else the field, else the field's row of panels, else the top of the form. */
  function placeOf({ field, block }) {
    const at = (name) => form.querySelector(`[data-contentpath="${CSS.escape(name)}"]`);
    return (block && at(block)) || (field && at(field)) || form;
  }
})();
