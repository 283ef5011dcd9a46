// Tables to work with: sorted by a click on a heading, filtered, copied, taken along as CSV.
const FEW = 8; // rows; a table of fewer needs no filter

function number(text) { // the first number of a cell, "1,234" or "67.0 %"; none: undefined
  const match = text.replaceAll(",", "").match(/^[^\d]{0,2}?(-?\d+(\.\d+)?(e[-+]?\d+)?)/i);
  return match ? Number(match[1]) : undefined;
}

function shownText(cell) {
  return (cell.innerText ?? cell.textContent).replace(/\s+/g, " ").trim();
}

function compared(first, second) {
  const [a, b] = [number(first), number(second)];
  if (a !== undefined && b !== undefined && a !== b) return a - b;
  if ((a === undefined) !== (b === undefined)) return a === undefined ? 1 : -1;
  return first.localeCompare(second, "en", { numeric: true });
}

function instrumented(table) {
  const [body, head] = [table.tBodies[0], table.tHead?.rows[0]];
  if (!body || !head || body.rows.length < 2 || table.tBodies.length > 1) return;
  const original = [...body.rows], scroll = table.closest(".scroll") || table;
  const plain = original.every((row) => row.cells.length === head.cells.length);
  if (plain) [...head.cells].forEach((cell, column) => sortable(cell, column, body, original));
  const tools = element("div", { className: "tools" });
  const name = scroll.getAttribute("aria-label") || "table";
  if (original.length >= FEW) {
    const filter = element("input", { type: "search", placeholder: "filter rows" });
    filter.setAttribute("aria-label", `Filter the rows of ${name}`);
    const count = element("span", { className: "count" });
    count.setAttribute("role", "status");
    filter.addEventListener("input", () => {
      const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of body.rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !wanted.every((part) => text.includes(part));
        shown += !row.hidden;
      }
      count.textContent = wanted.length ? `${shown} of ${original.length}` : "";
    });
    tools.append(filter, count);
  }
  const cells = () => [head, ...[...body.rows].filter((row) => !row.hidden)]
    .map((row) => [...row.cells].map(shownText));
  const copy = button("copy", `copy ${name}`, async () => {
    await copied(cells().map((row) => row.join("\t")).join("\n"));
    copy.textContent = "copied";
    setTimeout(() => { copy.textContent = "copy"; }, 1500);
  });
  tools.append(copy, button("CSV", `${name} as CSV`, () => download(`${name}.csv`, csv(cells()))));
  scroll.before(tools);
}

function sortable(cell, column, body, original) {
  const sort = element("button", { type: "button", className: "sort" });
  sort.append(...cell.childNodes);
  cell.append(sort);
  sort.addEventListener("click", () => {
    const before = cell.getAttribute("aria-sort");
    for (const other of cell.parentNode.cells) other.removeAttribute("aria-sort");
    const now = before === "descending" ? "ascending" : before === "ascending" ? null : "descending";
    if (now) cell.setAttribute("aria-sort", now);
    const texts = new Map(original.map((row) => [row, row.cells[column].textContent.trim()]));
    const rows = [...original];
    const missing = (row) => ["", "-", "not measured"].includes(texts.get(row));
    if (now) rows.sort((a, b) => missing(a) - missing(b) ||
      (now === "ascending" ? 1 : -1) * compared(texts.get(a), texts.get(b)));
    body.append(...rows);
  });
}
