"""What the users of a music streaming application listen to: its event logs, matched with the songs that are known."""
