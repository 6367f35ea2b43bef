"""What Stripe does with money and objects, apart from how it is asked to."""
