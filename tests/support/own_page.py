"""A page with a captcha as somebody else builds it."""

import base64

import numpy as np

from harness.css_selectors import Selectors
from harness.images import pictures

NOISE = np.random.default_rng(0).integers(0, 255, (30, 80, 1)).astype(np.uint8)


PAGE = """<!DOCTYPE html><title>own</title><form><img src="data:image/png;base64,{}">
<input class=said><button type=button>go</button></form>
<img src="http://captcha.invalid/track.png"><script>
const refused = fetch("http://10.255.255.1/").catch(() => 0);
document.querySelector("button").onclick = async () => {{
  await refused;
  const verdict = document.createElement("p");
  verdict.id = document.querySelector(".said").value == "ok" ? "in" : "out";
  verdict.textContent = verdict.id;
  document.body.append(verdict);
}};
</script>"""


def own_page(_environ, start):
    start("200 OK", [("Content-Type", "text/html")])
    return [PAGE.format(base64.b64encode(pictures.png(NOISE)).decode()).encode()]


OWN = Selectors(
    image="form img", answer=".said", submit="button", passed="#in", answered="#in, #out"
)
