// What charts and tables share, and the start of it all.
function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
function shape(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
function button(text, label, action) {
  const made = element("button", { type: "button", textContent: text, title: label });
  made.setAttribute("aria-label", label);
  made.addEventListener("click", action);
  return made;
}
function escaped(text) {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
function csv(rows) { // no spreadsheet takes a cell for a formula
  const cell = (value) => {
    let text = value === null ? "" : String(value);
    if (/^[=+\-@\t]/.test(text) && !/^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(text) && text !== "-") text = `'${text}`;
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";
}
function download(name, content) {
  const link = element("a", { href: URL.createObjectURL(new Blob([content], { type: "text/csv" })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
async function copied(text) {
  try { await navigator.clipboard.writeText(text); } catch { // a page of the disk may have no clipboard
    const field = element("textarea", { value: text });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}
async function unpacked(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).blob();
}

// A chart of many is made one to work with when it comes near the view.
const FEW_NODES = 150;
function near(nodes, action) {
  if (nodes.length <= FEW_NODES) return nodes.forEach((node) => action(node));
  const watch = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries)
      if (isIntersecting) { watch.unobserve(target); action(target); }
  }, { rootMargin: "600px" });
  for (const node of nodes) watch.observe(node);
}

document.documentElement.classList.add("scripted");
const plots = new Map();
const worked = (box) => plots.get(box) || plots.set(box, new Plot(box)).get(box);
near(document.querySelectorAll(".plot"), worked);
near(document.querySelectorAll("main table:not(.plain)"), instrumented);
for (const legend of document.querySelectorAll(".legend")) {
  const boxes = [...(legend.nextElementSibling?.querySelectorAll(".plot") || [])];
  if (boxes.length && legend.children.length > 1) near([legend], () => switching(legend, boxes.map(worked)));
}
for (const one of document.querySelectorAll("[data-packed]")) {
  const name = one.dataset.file;
  one.append(button("download", `download ${name}`, async () =>
    download(name.replaceAll("/", "-"), await unpacked(document.getElementById(one.dataset.packed).textContent))));
}

// The contents mark the section in view.
const entries = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
let current = null;
function located() {
  let at = null;
  for (const section of document.querySelectorAll("main > section"))
    if (section.getBoundingClientRect().top < innerHeight / 3) at = section.id;
  const link = entries.get(at) || null;
  if (link === current) return;
  current?.removeAttribute("aria-current");
  current = link;
  if (!link) return;
  link.setAttribute("aria-current", "true");
  const nav = link.closest("nav"), [box, outer] = [link.getBoundingClientRect(), nav.getBoundingClientRect()];
  if (box.left < outer.left || box.right > outer.right) nav.scrollLeft += box.left - outer.left - 16;
  if (box.top < outer.top || box.bottom > outer.bottom) nav.scrollTop += box.top - outer.top - outer.height / 2;
}
let waiting = false;
addEventListener("scroll", () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; located(); });
}, { passive: true });
located();
// A link into a closed part opens it.
function revealed() {
  const part = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let box = part; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
  if (part) part.scrollIntoView();
}
addEventListener("hashchange", revealed);
if (location.hash) revealed();

// Closed parts are printed open.
const opened = [];
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details:not([open])")) { part.open = true; opened.push(part); }
});
addEventListener("afterprint", () => { for (const part of opened.splice(0)) part.open = false; });
