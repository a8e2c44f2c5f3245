"""The parts of the Lambda function: settings, events, answers, log. ``handler.py`` joins them."""
