"""Read the settings, and write the answers, of every web application."""
