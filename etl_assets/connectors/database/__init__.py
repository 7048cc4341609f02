"""Tables of an operational database into the lake: a snapshot's rows with their exact types, and nothing lost."""
