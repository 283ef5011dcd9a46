"""The checks of an audit, by what they ask of a page."""
