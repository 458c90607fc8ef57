"""The machine room of a laptop: embedded AWS, gateway, timers, demonstration data. Nothing here is deployed."""
