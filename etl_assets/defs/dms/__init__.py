"""Tables of a company's databases, as AWS DMS copies them into a bucket."""
