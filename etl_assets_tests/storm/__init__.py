"""Many writers at once against one PostgreSQL, and the record of what each of them committed."""
