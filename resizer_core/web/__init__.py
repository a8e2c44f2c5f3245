"""Share among web applications what they read and answer: the settings."""
