"""Pictures and sounds: one way into pixels, and what captchas say."""
