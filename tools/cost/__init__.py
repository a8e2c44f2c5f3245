"""What the deployed loop costs, in USD."""
