"""People: how many captchas they read, by how these were shown."""
