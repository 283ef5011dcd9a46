"""People: how many captchas they read right, for each way of showing them."""
