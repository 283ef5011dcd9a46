// Charts to work with: values under the pointer or the arrow keys, lines that go and come back,
// zoom, other scales, the points as a table and as CSV. What is drawn without this script is the
// same chart (reports/plot.py), so that a page without scripts and a printed one lack nothing else.
const FLOOR = 1e-4; // the least share that a logarithm shows
const LETTER = 6.8, LINE = 15;

const SPREADS = {
  linear: { to: (v) => v, from: (s) => s },
  log: { to: (v) => Math.log(Math.max(v, 1e-300)), from: Math.exp },
  logit: { to: (v) => Math.log(v / (1 - v)), from: (s) => 1 / (1 + Math.exp(-s)) },
};

class Axis {
  constructor(given, kind, low, high) {
    Object.assign(this, given, { kind, low, high });
    this.spread = SPREADS[kind];
  }
  clamped(value) {
    if (this.kind === "linear") return value;
    const floor = this.floor || 0;
    return Math.min(Math.max(value, floor), this.kind === "logit" ? 1 - floor : Infinity);
  }
  share(value) {
    const [low, high] = [this.spread.to(this.low), this.spread.to(this.high)];
    return (this.spread.to(this.clamped(value)) - low) / (high - low);
  }
  value(share) {
    const [low, high] = [this.spread.to(this.low), this.spread.to(this.high)];
    return this.spread.from(low + share * (high - low));
  }
  ticks(number = 5) {
    const inside = (values) => values.filter((v) => v >= this.low * 0.999999 && v <= this.high * 1.000001);
    if (this.marked.length && inside(this.marked).length > 1) return inside(this.marked);
    if (this.kind === "logit")
      return inside([0.0001, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999]);
    if (this.kind === "log" && this.high / this.low > 3) {
      const powers = [];
      for (let p = Math.floor(Math.log10(this.low)); p <= Math.ceil(Math.log10(this.high)); p++) powers.push(p);
      const factors = powers.length > number ? [1] : [1, 2, 5];
      return inside(powers.flatMap((p) => factors.map((f) => Number((f * 10 ** p).toPrecision(3)))));
    }
    const least = (this.high - this.low) / number;
    const power = 10 ** Math.floor(Math.log10(least));
    let step = power * [1, 2, 2.5, 5, 10].find((s) => s * power >= least * (1 - 1e-9));
    if (this.unit === "day") step = Math.ceil(step);
    const ticks = [];
    for (let n = Math.ceil(this.low / step - 1e-9); n <= this.high / step + 1e-9; n++)
      ticks.push(Number((n * step).toPrecision(12)));
    return ticks;
  }
  label(value, digits = 4) {
    if (this.unit === "day") return new Date(value * 864e5).toISOString().slice(0, digits > 4 ? 16 : 10);
    if (this.unit === "share") return `${Number((100 * value).toPrecision(digits))} %`;
    if (this.unit === "count" || Math.abs(value) >= 1000)
      return Number(value.toFixed(this.unit === "count" ? 1 : 0)).toLocaleString("en-US");
    return String(Number(value.toPrecision(digits)));
  }
}

class Plot {
  constructor(box) {
    this.box = box;
    this.svg = box.querySelector("svg");
    this.data = JSON.parse(box.querySelector("script").textContent);
    this.isLines = Boolean(this.data.lines);
    this.hidden = new Set();
    this.title = box.closest("figure")?.querySelector("figcaption")?.textContent.trim() || "chart";
    this.tools();
    if (!this.isLines) return;
    this.reset();
    this.tip = element("div", { className: "tip", hidden: true });
    this.tip.setAttribute("role", "status");
    box.append(this.tip);
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `${this.title}: arrow keys walk along its points, + and - zoom, 0 shows all`);
    this.svg.addEventListener("pointermove", (event) => this.moved(event));
    this.svg.addEventListener("pointerdown", (event) => this.pressed(event));
    this.svg.addEventListener("pointerup", (event) => this.released(event));
    this.svg.addEventListener("pointerleave", () => this.from || this.untip());
    this.svg.addEventListener("dblclick", () => this.reset(true));
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("blur", () => this.untip());
  }

  // --- what is below the chart
  tools() {
    const tools = element("div", { className: "tools" });
    if (this.isLines) {
      const kinds = this.kinds();
      if (kinds.length > 1) {
        const choice = element("select", { title: "Scale of the upright axis" });
        choice.setAttribute("aria-label", `Scale of ${this.title}`);
        for (const kind of kinds) choice.append(element("option", { value: kind, textContent: kind }));
        choice.value = this.data.y.kind;
        choice.addEventListener("change", () => { this.yKind = choice.value; this.reset(true, true); });
        this.choice = choice;
        tools.append(choice);
      }
      tools.append(
        button("+", "Zoom in", () => this.zoom(0.5)), button("−", "Zoom out", () => this.zoom(2)),
        this.all = button("all", `all of ${this.title} again`, () => this.reset(true)));
    }
    const shown = button("data", `data of ${this.title}`, () => this.toggleTable(shown));
    shown.setAttribute("aria-expanded", "false");
    const link = element("a", { href: `#${this.box.id}`, textContent: "link" });
    link.setAttribute("aria-label", `link to ${this.title}`);
    tools.append(shown, button("CSV", `${this.title} as CSV`, () => download(`${this.box.id}.csv`, csv(this.rows()))), link);
    this.svg.after(tools);
  }
  kinds() {
    const values = this.data.lines.flatMap((line) => line.points.map((point) => point[1]));
    if (this.data.y.unit === "share") return ["linear", "log", "logit"];
    return Math.min(...values) > 0 ? ["linear", "log"] : ["linear"];
  }
  rows() {
    if (!this.isLines) return [this.data.columns, ...this.data.rows];
    const ends = this.data.lines.some((line) => line.points.some((point) => point[2] !== null));
    const head = ["line", this.data.x.title || "x", this.title, ...(ends ? ["95 % low", "95 % high"] : [])];
    return [head, ...this.data.lines.flatMap((line) =>
      line.points.map((point) => [line.label, ...point.slice(0, ends ? 4 : 2)]))];
  }
  toggleTable(shown) {
    if (this.table) { this.table.remove(); this.table = null; }
    else {
      const [head, ...body] = this.rows();
      const table = element("table", {});
      const top = element("thead", {}).appendChild(element("tr", {}));
      for (const name of head) top.append(element("th", { textContent: name, scope: "col" }));
      const rows = element("tbody", {});
      for (const cells of body) {
        const row = rows.appendChild(element("tr", {}));
        for (const cell of cells) row.append(element("td", { textContent: cell === null ? "-" : cell }));
      }
      table.append(top.parentNode, rows);
      this.table = element("div", { className: "scroll points", tabIndex: 0 });
      this.table.setAttribute("role", "region");
      this.table.setAttribute("aria-label", `Points of ${this.title}, ${this.box.id}`);
      this.table.append(table);
      this.box.append(this.table);
      instrumented(table);
    }
    shown.setAttribute("aria-expanded", String(Boolean(this.table)));
  }

  // --- what is drawn
  reset(draw = false, keepKind = false) {
    const { x, y } = this.data;
    if (!keepKind) { this.yKind = y.kind; if (this.choice) this.choice.value = y.kind; }
    let [low, high] = [y.low, y.high], floor = 0;
    if (this.yKind !== "linear" && y.unit === "share") {
      const ends = this.data.lines.flatMap((line) => line.points.flatMap(([, v, l, h]) => [v, l ?? v, 1 - v, 1 - (h ?? v)]));
      const least = Math.min(...ends.filter((v) => v > 0), 0.01);
      floor = Math.max(FLOOR, least / 2);
      [low, high] = [floor, this.yKind === "logit" ? 1 - floor : 1];
    } else if (this.yKind === "log") {
      low = Math.min(...this.data.lines.flatMap((line) => line.points.map((point) => point[1])));
      floor = low;
    }
    this.floor = floor;
    this.x = new Axis(x, x.kind, x.low, x.high);
    this.setY(low, high);
    this.zoomed = false;
    if (draw) this.draw();
  }
  setY(low, high) {
    this.y = new Axis(this.data.y, this.yKind, low, high);
    this.y.floor = this.floor;
    if (this.yKind !== this.data.y.kind) this.y.marked = [];
  }
  at(x, y) {
    const [left, top, width, height] = this.data.field;
    return [left + width * this.x.share(x), top + height * (1 - this.y.share(y))];
  }
  draw() {
    const [left, top, width, height] = this.data.field;
    const name = `${this.box.id}-field`;
    const clip = `<clipPath id="${name}"><rect x="${left}" y="${top}" width="${width}" height="${height}"/></clipPath>`;
    this.svg.innerHTML = `${clip}<g class="axes">${this.axes()}</g><g clip-path="${this.zoomed ? `url(#${name})` : "none"}">` +
      (this.data.diagonal ? this.diagonal() : "") + this.data.lines.map((_, n) => this.band(n)).join("") +
      this.data.lines.map((_, n) => n).sort((a, b) => this.data.lines[b].halo - this.data.lines[a].halo)
        .map((n) => this.line(n)).join("") + "</g>";
    this.svg.append(this.cross = shape("path", { class: "cross" }), this.marked = shape("circle", { class: "at", r: 6 }),
      this.brush = shape("rect", { class: "brush" }));
    this.all.disabled = !this.zoomed && this.yKind === this.data.y.kind;
  }
  axes() {
    const [left, top, width, height] = this.data.field, low = top + height, parts = [];
    let level = Infinity;
    for (const value of this.y.ticks()) {
      const at = top + height * (1 - this.y.share(value));
      if (level - at < LINE - 2) continue;
      level = at;
      parts.push(`<path d="M${left},${at}h${width}"/><text x="${left - 7}" y="${at + 4}" class="end">${this.y.label(value)}</text>`);
    }
    let free = -Infinity;
    for (const value of this.x.ticks()) {
      const at = left + width * this.x.share(value);
      parts.push(`<path d="M${at},${top}v${height}"/>`);
      const days = (value / this.x.aDay).toPrecision(3);
      const texts = [this.x.label(value), ...(this.x.aDay ? [Number(days).toLocaleString("en-US")] : [])];
      const half = Math.max(...texts.map((text) => text.length)) * LETTER / 2;
      if (at - half < free) continue;
      free = at + half + LETTER;
      const inside = Math.min(at, this.svg.viewBox.baseVal.width - half);
      texts.forEach((text, n) => parts.push(`<text x="${inside}" y="${low + 18 + LINE * n}">${text}</text>`));
    }
    const title = escaped(this.data.x.title), below = low + 36 + (this.data.x.aDay ? LINE : 0);
    return parts.join("") + `<text x="${left + width / 2}" y="${below}">${title}</text>`;
  }
  diagonal() {
    const points = Array.from({ length: 41 }, (_, n) => this.at(n / 40, n / 40));
    return `<path d="M${points.join(" ")}" stroke="currentColor" stroke-opacity=".5" stroke-dasharray="4 3"/>`;
  }
  band(number) {
    const line = this.data.lines[number], ends = line.points.filter((point) => point[2] !== null);
    if (this.hidden.has(line.label) || !ends.length) return "";
    const upper = ends.map((point) => this.at(point[0], point[3])), lower = ends.map((point) => this.at(point[0], point[2]));
    if (this.data.whiskers || ends.length === 1) {
      const sticks = upper.map(([x, y], n) => `M${x},${y}V${lower[n][1]}`).join("");
      return `<path class="band" d="${sticks}" stroke="${line.color}" stroke-opacity=".55"/>`;
    }
    return `<path class="band" d="M${upper.join(" ")}L${lower.reverse().join(" ")}z" fill="${line.color}" fill-opacity=".13"/>`;
  }
  line(number) {
    const line = this.data.lines[number];
    if (this.hidden.has(line.label)) return "";
    const at = line.points.map((point) => this.at(point[0], point[1]));
    const look = line.halo ? 'stroke-width="9" stroke-opacity=".22" stroke-linecap="round" stroke-linejoin="round"'
      : `stroke-width="1.8" stroke-dasharray="${line.dash}"`;
    const [right, down, mark] = line.mark;
    const marks = at.map(([x, y]) => `M${x + right},${y + down}${mark}`).join("");
    return `<g class="line"><path d="M${at.join(" ")}" stroke="${line.color}" ${look}/>` +
      (this.data.marks && !line.halo ? `<path d="${marks}" fill="${line.color}"/>` : "") + "</g>";
  }

  // --- pointer and keys
  inside(event) {
    const box = this.svg.getBoundingClientRect(), scale = this.svg.viewBox.baseVal.width / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }
  moved(event) {
    const [x, y] = this.inside(event);
    if (this.from) return this.brushed(x, y);
    let best = null, least = 40 ** 2;
    this.data.lines.forEach((line, number) => {
      if (this.hidden.has(line.label)) return;
      line.points.forEach((point, index) => {
        const [px, py] = this.at(point[0], point[1]);
        const far = (px - x) ** 2 + (py - y) ** 2 + (line.halo ? 1 : 0);
        if (far < least) [best, least] = [[number, index], far];
      });
    });
    if (best) this.tell(...best); else this.untip();
  }
  pressed(event) {
    if (event.pointerType === "touch" || event.button) return;
    this.from = this.inside(event);
    this.svg.setPointerCapture(event.pointerId);
  }
  brushed(x, y) {
    if (!this.brush) this.draw();
    const [fx, fy] = this.from;
    for (const [name, value] of Object.entries({ x: Math.min(x, fx), y: Math.min(y, fy), width: Math.abs(x - fx), height: Math.abs(y - fy) }))
      this.brush.setAttribute(name, value);
    this.untip();
  }
  released(event) {
    if (!this.from) return;
    const [[fx, fy], [x, y]] = [this.from, this.inside(event)];
    this.from = null;
    if (this.brush) this.brush.setAttribute("width", 0);
    if (Math.abs(x - fx) > 8 && Math.abs(y - fy) > 8) this.show([fx, x], [fy, y]);
  }
  zoom(times) {
    const [left, top, width, height] = this.data.field;
    const [x, y] = [left + width / 2, top + height / 2], [dx, dy] = [width * times / 2, height * times / 2];
    this.show([x - dx, x + dx], [y - dy, y + dy]);
  }
  show(across, up) { // a part of the field, in pixels
    const [left, top, width, height] = this.data.field, bounded = (v) => Math.min(1, Math.max(0, v));
    const before = { x: this.x, y: this.y };
    this.reset(false, true);
    const limits = [this.x, this.y];
    const cut = (axis, value) => axis.value(bounded(axis.share(value)));
    const xs = across.map((v) => cut(limits[0], before.x.value((v - left) / width))).sort((a, b) => a - b);
    const ys = up.map((v) => cut(limits[1], before.y.value(1 - (v - top) / height))).sort((a, b) => a - b);
    if (xs[1] - xs[0] > 0 && ys[1] - ys[0] > 0) {
      this.zoomed = xs[0] > limits[0].low || xs[1] < limits[0].high || ys[0] > limits[1].low || ys[1] < limits[1].high;
      this.x = new Axis(this.data.x, this.data.x.kind, ...xs);
      this.setY(...ys);
    } else Object.assign(this, before, { zoomed: true });
    this.draw();
  }
  key(event) {
    if (event.target !== this.box) return;
    const shown = this.data.lines.map((_, n) => n).filter((n) => !this.hidden.has(this.data.lines[n].label));
    if (!shown.length) return;
    let [number, index] = this.current || [shown[0], -1];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], turn = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) index += step;
    else if (turn) {
      number = shown[(shown.indexOf(number) + turn + shown.length) % shown.length];
      index = Math.max(index, 0);
    } else if (event.key === "+") return this.zoom(0.5);
    else if (event.key === "-") return this.zoom(2);
    else if (event.key === "0") return this.reset(true);
    else if (event.key === "Escape") return this.untip();
    else return;
    event.preventDefault();
    const last = this.data.lines[number].points.length - 1;
    this.tell(number, Math.min(Math.max(index, 0), last));
  }
  tell(number, index) {
    if (!this.marked) this.draw();
    const line = this.data.lines[number], [px, py, low, high] = line.points[index], [x, y] = this.at(px, py);
    this.current = [number, index];
    const [left, top, width, height] = this.data.field;
    this.marked.setAttribute("cx", x); this.marked.setAttribute("cy", y);
    this.marked.setAttribute("stroke", line.color);
    this.marked.style.display = this.cross.style.display = "";
    this.cross.setAttribute("d", `M${x},${top}v${height}M${left},${y}h${width}`);
    this.tip.replaceChildren(element("b", { textContent: line.label }), ` ${this.data.x.title || "x"} ${this.x.label(px, 5)}`,
      element("br", {}), `${this.y.label(py)}` + (low === null ? "" : ` (95 %: ${this.y.label(low, 3)} to ${this.y.label(high, 3)})`));
    this.tip.hidden = false;
    const box = this.svg.getBoundingClientRect(), scale = box.width / this.svg.viewBox.baseVal.width;
    const outer = this.box.getBoundingClientRect();
    const from = Math.min(Math.max(0, x * scale + 12), Math.max(0, box.width - this.tip.offsetWidth));
    this.tip.style.left = `${from + box.left - outer.left}px`;
    const above = y * scale - this.tip.offsetHeight - 12;
    this.tip.style.top = `${above < 0 ? y * scale + 14 : above}px`;
  }
  untip() {
    this.tip.hidden = true;
    if (this.marked) this.marked.style.display = this.cross.style.display = "none";
  }
  toggle(label, shown) {
    if (shown) this.hidden.delete(label); else this.hidden.add(label);
    this.draw();
  }
}

// The entries of a legend switch the lines of the charts that follow it.
function switching(legend, plots) {
  for (const entry of legend.children) {
    const one = element("button", { type: "button", title: "Hide or show; with Shift: this one alone" });
    one.append(...entry.childNodes);
    one.setAttribute("aria-pressed", "true");
    one.addEventListener("click", (event) => {
      const all = [...legend.querySelectorAll("button")];
      const press = (each, on) => {
        each.setAttribute("aria-pressed", String(on));
        for (const plot of plots) plot.toggle(each.textContent.trim(), on);
      };
      if (event.shiftKey) {
        const alone = all.every((each) => (each.getAttribute("aria-pressed") === "true") === (each === one));
        for (const each of all) press(each, alone || each === one);
      } else press(one, one.getAttribute("aria-pressed") !== "true");
    });
    entry.append(one);
  }
}
