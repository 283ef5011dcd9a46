"""Where captchas come from: generators, and the labelled images that they give."""
