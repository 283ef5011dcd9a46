"""The pipeline: steps, plans, artifacts and their store; it knows no measurement by name."""
