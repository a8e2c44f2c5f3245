"""Hold the parts of the Lambda function: events, answers, log. ``handler.py`` joins them."""
