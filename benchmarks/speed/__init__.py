"""How long the same deliveries take here, in a merge written by hand, and in other tools; one process a delivery."""
