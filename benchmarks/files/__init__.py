"""Files into both warehouses: large ones, ones with bad rows among the good, and many small ones."""
