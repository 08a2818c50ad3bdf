"""The demonstration: sample feeds of our own, served on loopback as real feeds and polled like any other source."""
