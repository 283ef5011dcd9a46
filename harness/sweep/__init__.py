"""What a sweep file says: TOML to a sweep, with a line for each mistake."""
