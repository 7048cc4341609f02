"""Real servers that tests start for themselves: on 127.0.0.1, on a free port, in a folder of their own."""
