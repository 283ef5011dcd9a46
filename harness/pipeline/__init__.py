"""Steps, their artifacts, and how one is carried out; knows no measurement by name."""
