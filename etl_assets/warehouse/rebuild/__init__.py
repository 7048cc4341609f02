"""A warehouse made again from the lake, aside, and swapped in when it is whole."""
